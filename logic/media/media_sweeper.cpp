#include "logic/media/media_sweeper.hpp"

#include <algorithm>

#include "common/base/log.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

constexpr int kOneRound = 200;

}  // namespace

Result<int> MediaSweeper::round() {
  std::int64_t now = 0;
  int count = 0;
  for (auto step :
       {&MediaSweeper::expire, &MediaSweeper::release, &MediaSweeper::remove_going, &MediaSweeper::clear_incoming}) {
    auto db = store_.reader();
    if (!db) return db.error();
    if (now == 0) {
      auto clock = db.value()->clock_ms();
      if (!clock) return clock.error();
      now = clock.value();
    }
    auto done = (this->*step)(*db.value(), now);
    if (!done) return done.error();
    count += done.value();
  }
  return count;
}

Result<bool> MediaSweeper::let_go(const std::string& id, std::int64_t now_ms) {
  return store_.lanes().write<bool>(
      static_cast<std::int64_t>(std::hash<std::string>{}(id) >> 1),
      [&](store::Write& into) -> Result<bool> { return media_table::let_go(into.db, id, now_ms); });
}

/// No byte came for long, and nobody writes it now.
bool MediaSweeper::stands_still(const std::string& id, std::int64_t now_ms) {
  const auto facts = incoming_.look(id);
  if (!facts) return facts.error().code == Error::Code::kNotFound;
  return facts.value().changed_ms + unfinished_ms_ <= now_ms && incoming_.open(id).ok();
}

Result<int> MediaSweeper::expire(sql::Connection& db, std::int64_t now_ms) {
  auto ids = media_table::due(db, MediaState::kComing, now_ms, kOneRound);
  if (!ids) return ids.error();
  int count = 0;
  for (const std::string& id : ids.value()) {
    if (!stands_still(id, now_ms)) continue;
    auto gone = let_go(id, now_ms);
    if (!gone) return gone.error();
    count += gone.value() ? 1 : 0;
  }
  stats_.expired += static_cast<std::uint64_t>(count);
  return count;
}

Result<int> MediaSweeper::release(sql::Connection& db, std::int64_t now_ms) {
  auto ids = media_table::due(db, MediaState::kReady, now_ms, kOneRound);
  if (!ids) return ids.error();
  int count = 0;
  for (const std::string& id : ids.value()) {
    auto gone = let_go(id, now_ms);
    if (!gone) return gone.error();
    count += gone.value() ? 1 : 0;
  }
  return count;
}

// The row goes last: what a crash leaves is found by it in the next round.
Result<bool> MediaSweeper::remove_one(const std::string& id) {
  incoming_.remove(id);
  for (const std::string& name : scratch_names_of(id)) incoming_.remove(name);
  const bool removed =
      std::ranges::all_of(names_of(id), [this](const std::string& name) { return blobs_.remove(name).ok(); });
  if (!removed) {
    ++stats_.failed;
    log::warn("cannot remove the bytes of a medium, trying again", {{"id", id}});
    return false;
  }
  auto forgotten =
      store_.lanes().write<Ok>(0, [&](store::Write& into) -> Result<Ok> { return media_table::forget(into.db, id); });
  if (!forgotten) return forgotten.error();
  ++stats_.removed;
  return true;
}

Result<int> MediaSweeper::remove_going(sql::Connection& db, std::int64_t now_ms) {
  auto ids = media_table::due(db, MediaState::kGoing, now_ms, kOneRound);
  if (!ids) return ids.error();
  int count = 0;
  for (const std::string& id : ids.value()) {
    auto removed = remove_one(id);
    if (!removed) return removed.error();
    count += removed.value() ? 1 : 0;
  }
  return count;
}

/// What a logic that died left there of uploads that are finished or gone.
Result<int> MediaSweeper::clear_incoming(sql::Connection& db, std::int64_t now_ms) {
  int count = 0;
  for (const std::string& name : incoming_.names()) {
    const auto facts = incoming_.look(name);
    if (!facts || facts.value().changed_ms + unfinished_ms_ > now_ms) continue;
    auto row = media_table::find(db, name.substr(0, kIdLetters));
    if (!row) return row.error();
    if (row.value() && row.value()->state == MediaState::kComing) continue;
    incoming_.remove(name);
    ++count;
  }
  return count;
}

Result<int> MediaSweeper::erase_user(Uid owner) {
  auto ids = store_.lanes().write<std::vector<std::string>>(
      owner.value(), [&](store::Write& into) { return media_table::let_go_of(into.db, owner); });
  if (!ids) return ids.error();
  int left = 0;
  for (const std::string& id : ids.value()) {
    auto removed = remove_one(id);
    if (!removed) return removed.error();
    left += removed.value() ? 0 : 1;
  }
  if (left > 0)
    return Error{Error::Code::kUnavailable, "the bytes of " + std::to_string(left) + " media are still there"};
  return static_cast<int>(ids.value().size());
}

}  // namespace im::logic::media
