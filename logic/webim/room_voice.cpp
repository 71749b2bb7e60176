#include "logic/webim/room_voice.hpp"

#include <boost/json/serialize.hpp>

#include "common/base/log.hpp"
#include "logic/webim/room_events.hpp"

namespace im::logic::webim {

namespace {

/// Whoever took somebody out is telling it.
constexpr std::int64_t kTellingMs = 10'000;

bool is_gone(const Error& why) { return why.code == Error::Code::kNotFound || why.code == Error::Code::kConflict; }

}  // namespace

void RoomVoice::tell(const std::vector<RoomMember>& members, const boost::json::object& event, Reached done) {
  if (members.empty()) return done(0);
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
                      [this, done = std::move(done)](const Result<std::int32_t>& told) {
                        const bool gone = !told.ok() && is_gone(told.error());
                        const Result<std::int32_t> heard = gone ? Result<std::int32_t>(0) : told;
                        count(heard);
                        done(heard);
                      });
}

void RoomVoice::count(const Result<std::int32_t>& told) {
  if (told.ok()) {
    ++(told.value() > 0 ? stats_.told : stats_.nobody);
    return;
  }
  ++stats_.failed;
  const std::lock_guard lock(mutex_);
  if (const std::uint64_t times = failures_.tell(monotonic_now()))
    log::warn("a room of the room demo was not told everything", {{"why", told.error().message}, {"times", times}});
}

Status RoomVoice::lost(const std::vector<Uid>& gone) {
  const auto places = book_.places_of(gone);
  if (!places.ok()) return places.error();
  for (const RoomMember& place : places.value()) {
    const auto left = book_.leave(place.room, place.uid);
    if (!left.ok()) return left.error();
    if (left.value()) exit(*left.value(), lost_event(left.value()->who), [](const Result<std::int32_t>&) {});
  }
  return Ok{};
}

/// What could not be noted is told again: an exit of somebody who is not there changes nothing at a page.
void RoomVoice::exit(Left left, const boost::json::object& event, Reached done) {
  if (left.rest.empty()) return done(0);
  const std::vector<RoomMember> rest = left.rest;
  tell(rest, event, [this, left = std::move(left), done = std::move(done)](const Result<std::int32_t>& told) {
    if (told.ok()) static_cast<void>(pool_.post([this, left] { static_cast<void>(book_.told(left)); }));
    done(told);
  });
}

Status RoomVoice::tell_owed() {
  const auto owed = book_.take_owed(kTellingMs);
  if (!owed.ok()) return owed.error();
  for (const Left& left : owed.value()) {
    if (left.rest.empty()) {
      if (const Status noted = book_.told(left); !noted.ok()) return noted;
    } else {
      exit(left, lost_event(left.who), [](const Result<std::int32_t>&) {});
    }
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
