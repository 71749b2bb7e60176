#pragma once

#include "logic/admin/kick_http.hpp"
#include "logic/console/admin_door.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// GET /api/users?q=&before=, /api/online?after=, /api/user?uid=; POST /api/user/{kick,mute,ban,pardon} {"uid"}.
class PeopleDesk {
 public:
  /// `closes`: accounts are this cluster's own, so a ban lasts; `proven`: there are tokens to refuse.
  struct Identity {
    bool closes = false, proven = false;
  };
  PeopleDesk(store::Store& store, RoutersPart& routers, KickDesk& kicks, Identity identity)
      : store_(store), routers_(routers), kicks_(kicks), identity_(identity) {}
  void add_routes(HttpServer& server, AdminDoor& door);

 private:
  void find(const Deed& deed, HttpReply reply);
  void online(const Deed& deed, HttpReply reply);
  void show(const Deed& deed, HttpReply reply);
  void kick(const Deed& deed, HttpReply reply);
  void mute(const Deed& deed, HttpReply reply);
  void ban(const Deed& deed, HttpReply reply);
  void pardon(const Deed& deed, HttpReply reply);
  Status set_closed(Uid uid, bool closed);
  Result<std::int64_t> set_muted(Uid uid, std::int64_t for_ms);
  Result<boost::json::array> devices(Uid uid);
  Result<boost::json::array> known(const std::vector<Uid>& uids);
  const char* ban_lasts() const;
  void with_sessions(boost::json::array users, boost::json::object rest, HttpReply reply);

  store::Store& store_;
  RoutersPart& routers_;
  KickDesk& kicks_;
  const Identity identity_;
};

}  // namespace im::logic
