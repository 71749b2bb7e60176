#include "logic/media/room_maker.hpp"

#include "common/base/clock.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

constexpr int kPage = 200;

}  // namespace

Result<int> RoomMaker::make(sql::Connection& db) const {
  const auto now = db.clock_ms();
  if (!now) return now.error();
  const Times times{now.value(), now.value() - until_settled_.count()};
  int count = 0;
  std::string behind;
  while (true) {
    const auto ids = media_table::over(db, behind, times.settled_ms, kPage);
    if (!ids) return ids.error();
    if (ids.value().empty()) return count;
    for (const std::string& id : ids.value()) {
      const auto gone = take_away(db, id, times);
      if (!gone) return gone.error();
      count += gone.value();
    }
    behind = ids.value().back();
  }
}

// Held, the row does not change: who finishes an upload holds it, and so does who writes one.
Result<int> RoomMaker::take_away(sql::Connection& db, const std::string& id, Times times) const {
  const auto idle = incoming_.hold_idle(id);
  if (!idle) return 0;
  const auto state = media_table::state_when_over(db, id, times.settled_ms);
  if (!state) return state.error();
  if (!state.value()) return 0;
  if (*state.value() != MediaState::kGoing && !stands_still(id, times.now_ms)) return 0;
  return remove_all(id);
}

/// The bytes of an upload that ended half way have several names.
int RoomMaker::remove_all(const std::string& id) const {
  int count = 0;
  if (blobs_.is_on_disk())
    for (const std::string& name : names_of(id)) {
      const bool is_there = blobs_.open(name, "").ok();
      if (blobs_.remove(name).ok() && is_there) ++count;
    }
  for (const std::string& name : names_under_way(id)) count += incoming_.remove(name) ? 1 : 0;
  return count;
}

bool RoomMaker::stands_still(const std::string& id, std::int64_t now_ms) const {
  const auto facts = incoming_.look(id);
  if (!facts) return facts.error().code == Error::Code::kNotFound;
  return facts.value().changed_ms + unfinished_ms_ <= now_ms;
}

}  // namespace im::logic::media
