#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logic/routers/node_list.hpp"
#include "logic/routers/node_policy.hpp"

namespace im::logic {

/// The WebSocket addresses in a text of one a line; other lines are comments. Pure.
std::vector<std::string> addresses_in(std::string_view text);

/// Where pages connect, best first: the addresses of the node list, with the TLS port of the policy and with its plain
/// one, as far as they are set. A page of https takes the former only. Pure.
std::vector<std::string> page_addresses(const std::vector<NodeInfo>& nodes, const NodePolicy& policy);

/// These addresses as sources of a content security policy: their hosts at any port, for WebSocket and for long-poll.
/// Where they cannot be named (none, IPv6, more than 50 hosts): any of the schemes. Pure.
std::vector<std::string> page_sources(const std::vector<std::string>& addresses);

}  // namespace im::logic
