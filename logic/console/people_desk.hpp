#pragma once

#include "logic/admin/kick_http.hpp"
#include "logic/console/admin_door.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// GET /api/users?q=&before=, /api/user?uid=; POST /api/user/{kick,mute,ban,pardon} {"uid"}.
class PeopleDesk {
 public:
  /// `closes`: accounts are this cluster's own, so a ban lasts; `proven`: there are tokens to refuse.
  struct Identity {
    bool closes = false, proven = false;
  };
  PeopleDesk(store::Store& store, SessionDirectory& sessions, KickDesk& kicks, Identity identity)
      : store_(store), sessions_(sessions), kicks_(kicks), identity_(identity) {}
  void add_routes(HttpServer& server, AdminDoor& door);

 private:
  void find(const Deed& deed, HttpReply reply);
  void show(const Deed& deed, HttpReply reply);
  void kick(const Deed& deed, HttpReply reply);
  void mute(const Deed& deed, HttpReply reply);
  void ban(const Deed& deed, HttpReply reply);
  void pardon(const Deed& deed, HttpReply reply);
  Status set_closed(Uid uid, bool closed);
  Result<std::int64_t> set_muted(Uid uid, std::int64_t for_ms);
  Result<boost::json::array> devices(Uid uid);
  void with_sessions(boost::json::array users, HttpReply reply);

  store::Store& store_;
  SessionDirectory& sessions_;
  KickDesk& kicks_;
  const Identity identity_;
};

}  // namespace im::logic
