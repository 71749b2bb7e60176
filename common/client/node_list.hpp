#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/client/frames.hpp"

namespace im::client {

/// The answer of GET /goim/nodes/weighted, best node first.
struct NodeList {
  std::vector<std::string> hosts;
  std::uint16_t tcp_port = 0, ws_port = 0;  ///< 0 = not offered
  std::chrono::milliseconds heartbeat{0};   ///< 0 = not told
  std::uint16_t port(Transport transport) const { return transport == Transport::kTcp ? tcp_port : ws_port; }
};

Result<NodeList> parse_node_list(std::string_view body);

}  // namespace im::client
