#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/http/http_server.hpp"
#include "logic/node_list.hpp"

namespace im::logic {

/// What the weighted node list tells clients beside the nodes.
struct NodePolicy {
  std::string domain = "127.0.0.1";
  std::string host_domain;  ///< appended to host names for platform=web
  int tcp_port = 3101, ws_port = 3102, wss_port = 3103;
  std::int64_t heartbeat_s = 240;
  std::int32_t heartbeat_max = 2;
  std::int32_t backoff_max_delay = 300, backoff_base_delay = 3;
  double backoff_factor = 1.8, backoff_jitter = 1.3;
  std::string region;          ///< of this logic
  double region_weight = 1.6;  ///< comets of the same region count this much more
};

/// The comets a client should try, best first: weight * region factor / (connections + 1); offline ones and weight 0
/// left out.
std::vector<NodeInfo> best_comets(const std::vector<NodeInfo>& nodes, const NodePolicy& policy, std::size_t limit);

/// GET /goim/nodes/weighted and /goim/nodes/instances.
void add_node_routes(HttpServer& server, const NodeList& nodes, const NodePolicy& policy);

}  // namespace im::logic
