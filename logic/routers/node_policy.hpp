#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace im::logic {

/// What the weighted node list tells clients beside the nodes.
struct NodePolicy {
  std::string domain = "127.0.0.1";
  std::string host_domain;  ///< appended to host names for platform=web
  int tcp_port = 3101, ws_port = 3102, wss_port = 0;
  std::int64_t heartbeat_s = 240;
  std::int32_t heartbeat_max = 2;
  std::int32_t backoff_max_delay = 300, backoff_base_delay = 3;
  double backoff_factor = 1.8, backoff_jitter = 1.3;
  std::string region;                     ///< of this logic
  double region_weight = 1.6;             ///< comets of the same region count this much more
  std::vector<std::string> origins{"*"};  ///< pages that may fetch the list
};

}  // namespace im::logic
