#include "logic/requests/comet_room_gate.hpp"

namespace im::logic {

namespace {

/// A comet counts the connections that a command reached: one, or none when it has just ended.
Reached one(std::function<void(Status)> done, const char* none) {
  return [done = std::move(done), none](const Result<std::int32_t>& reached) {
    // kInvalid: a comet that does not do this; not the client's value is wrong.
    if (!reached.ok() && reached.error().code == Error::Code::kInvalid)
      return done(Error{Error::Code::kUnavailable, reached.error().message});
    if (!reached.ok()) return done(reached.error());
    if (reached.value() == 0) return done(Error{Error::Code::kConflict, none});
    done(Ok{});
  };
}

}  // namespace

void CometRoomGate::join(const Caller& caller, std::string room, std::function<void(Status)> done) {
  comets_.join(caller.comet, {caller.conn}, {RoomId(std::move(room))},
               one(std::move(done), "not joined: too many rooms, or the connection has ended"));
}

void CometRoomGate::leave(const Caller& caller, std::string room, std::function<void(Status)> done) {
  comets_.leave(caller.comet, {caller.conn}, {RoomId(std::move(room))}, one(std::move(done), "not in this room"));
}

}  // namespace im::logic
