#pragma once

#include "logic/console/admin_door.hpp"
#include "logic/push/push_service.hpp"

namespace im::logic {

/// The push tool. POST /api/push {"to":"user"|"key"|"room","target","op","body"}; POST /api/push/all
/// {"op","body"}: as goim's API on the push port.
class PushDesk {
 public:
  explicit PushDesk(PushService& push) : push_(push) {}
  void add_routes(HttpServer& server, AdminDoor& door);

 private:
  void to_some(const Deed& deed, HttpReply reply);
  void to_all(const Deed& deed, HttpReply reply);

  PushService& push_;
};

}  // namespace im::logic
