#include "logic/admin/admin_part.hpp"

namespace im::logic {

AdminPart::AdminPart(std::chrono::milliseconds deadline, RoutersPart& routers, IdentityPart& identity, PushPart& push,
                     CometGateway& comets)
    : api_(routers.sessions(), push.push().stats(), [&nodes = routers.nodes()] { return nodes.view(); }),
      kicks_(comets, identity.revocations(), deadline + std::chrono::seconds(1)),
      traces_(routers.sessions(), comets, [&nodes = routers.nodes()] { return nodes.nodes(); }) {}

void AdminPart::add_routes(const Ports& ports) {
  api_.add_routes(ports.ops);
  kicks_.add_routes(ports.ops);
  traces_.add_routes(ports.ops);
}

}  // namespace im::logic
