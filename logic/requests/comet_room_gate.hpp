#pragma once

#include "logic/comets/comet_gateway.hpp"
#include "logic/requests/room_requests.hpp"

namespace im::logic {

/// Rooms by command of logic: the comet of the connection does it, and answers when the room is joined.
class CometRoomGate final : public RoomGate {
 public:
  explicit CometRoomGate(CometGateway& comets) : comets_(comets) {}
  void join(const Caller& caller, std::string room, std::function<void(Status)> done) override;
  void leave(const Caller& caller, std::string room, std::function<void(Status)> done) override;

 private:
  CometGateway& comets_;
};

}  // namespace im::logic
