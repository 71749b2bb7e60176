#pragma once

#include <functional>
#include <set>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/comets/user_events.hpp"
#include "logic/webim/room_book.hpp"

namespace im::logic::webim {

/// Tells those in rooms of the room demo what happens there, past Kafka: worth something now or never. No router is
/// asked: where they are stands in the book.
class RoomVoice {
 public:
  RoomVoice(RoomBook& book, UserEvents& events) : book_(book), events_(events) {}

  /// `done` once, when it is with their comets or they have gone. Any thread.
  void tell(const std::vector<RoomMember>& members, const boost::json::object& event, std::function<void()> done);
  /// The connections of these have ended. Blocking.
  Status lost(const std::vector<Uid>& gone);
  /// All that are online in a slot: who is in a room and not among them has gone while nobody looked. Blocking.
  Status only(std::size_t slot, const std::set<Uid>& online, std::int64_t grace_ms);

 private:
  RoomBook& book_;
  UserEvents& events_;
};

}  // namespace im::logic::webim
