#include "common/rpc/method_roles.hpp"

#include <algorithm>

namespace im::rpc {

const std::vector<MethodRoles>& method_roles() {
  using enum pki::Role;
  static const std::vector<MethodRoles> rows{
      // Comets.
      {"/im.comet.Comet/Push", {kJob}},
      {"/im.comet.Comet/Gone", {kJob}},
      {"/im.comet.Comet/Snapshot", {kRouter}},
      {"/im.comet.Comet/Digest", {kRouter}},
      {"/im.comet.CometDirect/Direct", {kLogic}},
      {"/im.comet.CometAdmin/Trace", {kLogic}},
      // Logics.
      {"/im.logic.Logic/Connect", {kComet}},
      {"/im.logic.Logic/Disconnect", {kComet}},
      {"/im.logic.Logic/Heartbeat", {kComet}},
      {"/im.logic.Logic/Receive", {kComet}},
      {"/im.logic.Logic/RenewOnline", {kComet}},
      {"/im.logic.Logic/Nodes", {kComet}},
      {"/im.logic.Logic/Register", {kComet}},
      {"/im.logic.Logic/UpdateRooms", {kComet}},
      {"/im.logic.Logic/ReportFates", {kComet}},
      {"/im.push.v1.PushApi/Push", {kBackend}},
      {"/im.push.v1.PushApi/PushBatch", {kBackend}},
      {"/im.push.v1.PushApi/Fate", {kBackend}},
      // Routers. Who has a slot, and the registry of nodes: all that ask for themselves.
      {"/im.router.Router/Slots", {kLogic, kRouter, kJob}},
      {"/im.router.Router/RegisterNode", {kLogic, kRouter, kJob}},
      {"/im.router.Router/RenewNode", {kLogic, kRouter, kJob}},
      {"/im.router.Router/UnregisterNode", {kLogic, kRouter, kJob}},
      {"/im.router.Router/ListNodes", {kLogic, kRouter, kJob}},
      {"/im.router.Router/Bind", {kLogic}},
      {"/im.router.Router/TakeKey", {kLogic}},
      {"/im.router.Router/Displace", {kLogic}},
      {"/im.router.Router/Unbind", {kLogic}},
      {"/im.router.Router/Locate", {kLogic}},
      {"/im.router.Router/UpdateRooms", {kLogic}},
      {"/im.router.Router/ReportOnline", {kLogic}},
      {"/im.router.Router/Online", {kLogic}},
      {"/im.router.Kv/Put", {kLogic}},
      {"/im.router.Kv/Get", {kLogic}},
      {"/im.router.Kv/Remove", {kLogic}},
      {"/im.events.SlotEvents/Watch", {kLogic}},
      {"/im.calls.Calls/Apply", {kLogic}},
      {"/im.calls.Calls/Settle", {kLogic}},
      {"/im.presence.Watchers/Watch", {kLogic}},
      {"/im.presence.Watchers/List", {kLogic}},
      {"/im.users.Users/OfLogins", {kLogic}},
      {"/im.users.Users/Online", {kLogic}},
  };
  return rows;
}

bool may_call(pki::Role caller, std::string_view method) {
  const auto& rows = method_roles();
  const auto row = std::ranges::find(rows, method, &MethodRoles::method);
  return row != rows.end() && std::ranges::find(row->callers, caller) != row->callers.end();
}

}  // namespace im::rpc
