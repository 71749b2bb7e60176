#pragma once

#include "logic/admin/admin_http.hpp"
#include "logic/comets/comet_gateway.hpp"
#include "logic/console/admin_door.hpp"
#include "logic/console/figures.hpp"

namespace im::logic {

/// GET /api/{overview,nodes,session,room}: as /admin/v1; GET /api/rooms?type=&limit=: the fullest; GET /api/figures:
/// rates and queues of all nodes. POST /api/comet/drain {"name"}.
class ClusterDesk {
 public:
  struct Uses {
    AdminApi& api;
    SessionDirectory& sessions;
    CometGateway& comets;
    store::Store& store;
    std::function<std::vector<NodeInfo>()> nodes;
  };
  explicit ClusterDesk(Uses uses) : uses_(std::move(uses)), figures_(uses_.nodes) {}
  void add_routes(HttpServer& server, AdminDoor& door);
  void stop() { figures_.stop(); }

 private:
  void rooms(const Deed& deed, HttpReply reply);
  void figures(const Deed& deed, HttpReply reply);
  void drain(const Deed& deed, HttpReply reply);

  const Uses uses_;
  Figures figures_;
};

}  // namespace im::logic
