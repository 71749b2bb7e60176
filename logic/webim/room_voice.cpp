#include "logic/webim/room_voice.hpp"

#include <boost/json/serialize.hpp>

#include "logic/webim/room_events.hpp"

namespace im::logic::webim {

void RoomVoice::tell(const std::vector<RoomMember>& members, const boost::json::object& event,
                     std::function<void()> done) {
  if (members.empty()) return done();
  std::vector<SessionInfo> sessions;
  for (const RoomMember& member : members) {
    SessionInfo session;
    session.uid = member.uid;
    session.comet = member.comet;
    session.conn = member.conn;
    sessions.push_back(std::move(session));
  }
  std::string text = boost::json::serialize(boost::json::object{{"cmd", "room.event"}, {"webim", event}});
  events_.to_sessions(sessions, {.json = std::move(text), .kind = PushClass::kEvent, .except = {}},
                      [done = std::move(done)](const Result<std::int32_t>&) { done(); });
}

Status RoomVoice::lost(const std::vector<Uid>& gone) {
  const auto places = book_.places_of(gone);
  if (!places.ok()) return places.error();
  for (const RoomMember& place : places.value()) {
    if (const Status left = book_.leave(place.room, place.uid); !left.ok()) return left;
    const auto rest = book_.members(place.room);
    if (!rest.ok()) return rest.error();
    tell(rest.value(), lost_event(place), [] {});
  }
  return Ok{};
}

Status RoomVoice::only(std::size_t slot, const std::set<Uid>& online, std::int64_t grace_ms) {
  auto there = book_.of_slot(slot, grace_ms);
  if (!there.ok()) return there.error();
  std::erase_if(there.value(), [&online](Uid uid) { return online.contains(uid); });
  return lost(there.value());
}

}  // namespace im::logic::webim
