#pragma once

#include <functional>
#include <vector>

#include "logic/comets/comet_gateway.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic::group_rooms {

/// Lets the connections of users into rooms of the comets, and out of them. Any thread; `done` once.
class RoomDoor {
 public:
  using Done = std::function<void(Status)>;
  RoomDoor(SessionDirectory& directory, CometGateway& comets) : directory_(directory), comets_(comets) {}

  /// Done: each of their connections, as routers know them now, is in (out), and routers know it. A connection or a
  /// comet that ended meanwhile counts as moved.
  void move(std::vector<Uid> uids, const RoomId& room, bool in, Done done);
  /// The same, and waits for it.
  Status move_now(const std::vector<Uid>& uids, const RoomId& room, bool in);
  void move(const CometInstance& comet, ConnId conn, std::vector<RoomId> rooms, bool in, Done done);

 private:
  SessionDirectory& directory_;
  CometGateway& comets_;
};

}  // namespace im::logic::group_rooms
