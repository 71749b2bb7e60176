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

}  // namespace im::logic
