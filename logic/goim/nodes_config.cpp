#include "logic/goim/nodes_config.hpp"

namespace im::logic {

void describe(config::Options& options, NodePolicy& policy) {
  options.section("nodes", "The weighted node list.");
  options.add("domain", policy.domain, "Default domain; the only node when no comet is known.");
  options.add(
      "origins", policy.origins,
      "Web pages (\"https://chat.example.com\") that may fetch the node list from the public port; \"*\" allows all.");
  options.add("host_domain", policy.host_domain,
              "Appended to the host names that platform=web gets; empty gives it addresses, as the others.");
  options.add("tcp_port", policy.tcp_port, "TCP port of the comets.");
  options.add("ws_port", policy.ws_port, "WebSocket port of the comets.");
  options.add("wss_port", policy.wss_port,
              "TLS WebSocket port in front of the comets (3103 with deploy/haproxy); 0 leaves it out.");
  options.add("region_weight", policy.region_weight, "Factor on the weight of comets in the region of this logic.");
}

}  // namespace im::logic
