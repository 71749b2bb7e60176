#include "logic/goim/goim_part.hpp"

#include "logic/goim/goim_push_http.hpp"
#include "logic/goim/nodes_http.hpp"
#include "logic/goim/online_http.hpp"
#include "logic/goim/v1_http.hpp"

namespace im::logic {

void GoimPart::add_routes(const Ports& ports) {
  add_push_routes(ports.push, push_.push());
  add_online_routes(ports.push, routers_.sessions());
  add_v1_routes(ports.push, push_.push(), routers_.sessions(), routers_.nodes());
  add_node_routes(ports.push, routers_.nodes(), policy_, nullptr);
  add_instances_route(ports.push, routers_.nodes());
  add_node_routes(ports.open, routers_.nodes(), policy_, cors_);
}

}  // namespace im::logic
