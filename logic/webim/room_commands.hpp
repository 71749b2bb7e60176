#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/webim/room_voice.hpp"

namespace im::logic::webim {

/// What a page of the room demo may say (docs/room-demo.md): the command `room` with the name of an event.
class RoomCommands {
 public:
  struct Uses {
    RoomBook& book;
    RoomVoice& voice;
    BlockingPool& pool;
  };
  explicit RoomCommands(Uses uses) : uses_(uses) {}
  void add_requests(RequestRouter& router);

 private:
  using Event = boost::json::object;
  /// Those who hear it; an empty event: nobody.
  struct Told {
    std::vector<RoomMember> members;
    Event event, answer;
  };
  Result<Told> join(const RoomMember& me, const Event& sent);
  Result<Told> pass(const RoomMember& me, const Event& sent);
  Result<Told> leave(const RoomMember& me, const Event& sent);
  Result<Told> lead(const RoomMember& me, const Event& sent);
  void room(const Caller& caller, const Event& sent, const Reply& reply);

  const Uses uses_;
};

}  // namespace im::logic::webim
