#pragma once

#include <functional>
#include <string>

#include "logic/requests/request_router.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Lets connections into rooms and out of them: done by the comet of the connection. `done` once, on any thread.
/// kConflict: too many rooms. kNotFound: the connection is gone. kUnavailable: its comet cannot be reached.
class RoomGate {
 public:
  virtual ~RoomGate() = default;
  virtual void join(const Caller& caller, std::string room, std::function<void(Status)> done) = 0;
  virtual void leave(const Caller& caller, std::string room, std::function<void(Status)> done) = 0;
};

/// `room.join` and `room.leave` {room} of the asking connection, beside its main room (op 12); `room.members` {room}:
/// {room, count}.
void add_room_requests(RequestRouter& router, SessionDirectory& sessions, RoomGate& gate);

}  // namespace im::logic
