#pragma once

#include <optional>
#include <vector>

#include "common/base/blocking_pool.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/webim/room_voice.hpp"
#include "logic/webim/stay_check.hpp"

namespace im::logic::webim {

/// What a page of the room demo may say (docs/room-demo.md): the command `room` with the name of an event.
class RoomCommands {
 public:
  struct Uses {
    RoomBook& book;
    RoomVoice& voice;
    StayCheck& stays;
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
    bool signal = false;         ///< worth nothing when it is not heard: its sender is told
    std::optional<Left> left{};  ///< an exit: those who stay hear it
  };
  Result<Told> join(const RoomMember& me, const Event& sent);
  Result<Told> pass(const RoomMember& me, const Event& sent);
  Result<Told> leave(const RoomMember& me, const Event& sent);
  Result<Told> lead(const RoomMember& me, const Event& sent);
  void room(const Caller& caller, const Event& sent, const Reply& reply);
  void tell(Uid by, const Told& what, const Reply& reply);

  const Uses uses_;
};

}  // namespace im::logic::webim
