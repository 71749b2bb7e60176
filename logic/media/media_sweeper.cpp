#include "logic/media/media_sweeper.hpp"

#include <algorithm>
#include <optional>

#include "common/base/clock.hpp"
#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

constexpr int kOneRound = 200;
/// Until what could not go now is looked at again: nothing else waits behind it.
constexpr std::int64_t kAgainMs = 5000;

}  // namespace

Result<int> MediaSweeper::round() {
  auto done = all_steps();
  if (done || done.error().code != Error::Code::kUnavailable || make_room() == 0) return done;
  return all_steps();
}

int MediaSweeper::make_room() {
  const auto db = store_.reader();
  const auto gone = db ? room_.make(*db.value()) : Result<int>(db.error());
  const int count = gone ? gone.value() : 0;
  if (count > 0) log::warn("no row can be written, the bytes of what is over go first", {{"files", count}});
  return count;
}

Result<std::int64_t> MediaSweeper::clock_ms() {
  auto db = store_.reader();
  if (!db) return db.error();
  return db.value()->clock_ms();
}

Result<std::vector<std::string>> MediaSweeper::due(MediaState state, std::int64_t now_ms) {
  auto db = store_.reader();
  if (!db) return db.error();
  return media_table::due(*db.value(), state, now_ms, kOneRound);
}

/// A step that fails keeps none of the others.
Result<int> MediaSweeper::all_steps() {
  const auto now = clock_ms();
  if (!now) {
    still_.no_rows();
    return now.error();
  }
  still_.rows_at(now.value());
  int count = 0;
  std::optional<Error> failed;
  for (auto step :
       {&MediaSweeper::expire, &MediaSweeper::release, &MediaSweeper::remove_going, &MediaSweeper::clear_incoming}) {
    auto done = (this->*step)(now.value());
    if (done) count += done.value();
    if (!done && !failed) failed = done.error();
  }
  if (failed) return *failed;
  return count;
}

Result<bool> MediaSweeper::let_go(const std::string& id, std::int64_t now_ms) {
  return store_.lanes().write<bool>(
      static_cast<std::int64_t>(std::hash<std::string>{}(id) >> 1),
      [&](store::Write& into) -> Result<bool> { return media_table::let_go(into.db, id, now_ms); });
}

Status MediaSweeper::put_off(const std::string& id, std::int64_t drop_ms) {
  const auto done = store_.lanes().write<Ok>(
      0, [&](store::Write& into) -> Result<Ok> { return media_table::put_off(into.db, id, drop_ms); });
  return done ? Status(Ok{}) : Status(done.error());
}

MediaSweeper::Coming MediaSweeper::look_at(const std::string& id, std::int64_t now_ms) const {
  const std::int64_t soon = now_ms + kAgainMs;
  auto facts = incoming_.look(id);
  if (facts && due_ms(facts.value()) > now_ms) return {due_ms(facts.value()), nullptr};
  auto idle = incoming_.hold_idle(id);
  if (!idle) return {soon, nullptr};
  facts = incoming_.look(id);  // nobody writes it now
  if (facts) return {due_ms(facts.value()), std::move(idle.held)};
  return {facts.error().code == Error::Code::kNotFound ? 0 : soon, nullptr};
}

Result<int> MediaSweeper::expire(std::int64_t now_ms) {
  auto ids = due(MediaState::kComing, now_ms);
  if (!ids) return ids.error();
  int count = 0;
  for (const std::string& id : ids.value()) {
    const Coming coming = look_at(id, now_ms);
    auto gone = Result<bool>(false);
    if (coming.due_ms <= now_ms)
      gone = let_go(id, now_ms);
    else if (auto later = put_off(id, coming.due_ms); !later)
      gone = later.error();
    if (!gone) return gone.error();
    count += gone.value() ? 1 : 0;
  }
  stats_.expired += static_cast<std::uint64_t>(count);
  return count;
}

Result<int> MediaSweeper::release(std::int64_t now_ms) {
  auto ids = due(MediaState::kReady, now_ms);
  if (!ids) return ids.error();
  int count = 0;
  for (const std::string& id : ids.value()) {
    auto gone = let_go(id, now_ms);
    if (!gone) return gone.error();
    count += gone.value() ? 1 : 0;
  }
  return count;
}

/// Its row is kGoing. Who still writes or finishes it has lost the names then, hears that it is gone, and keeps it for
/// one round at most: the next one finds no file that somebody could hold.
bool MediaSweeper::remove_bytes(const std::string& id) {
  const auto idle = incoming_.hold_idle(id);
  for (const std::string& name : names_under_way(id)) incoming_.remove(name);
  if (!idle) return false;
  return std::ranges::all_of(names_of(id), [this](const std::string& name) { return blobs_.remove(name).ok(); });
}

// The row goes last: what a crash leaves is found by it in the next round.
Result<bool> MediaSweeper::remove(const std::string& id) {
  if (!remove_bytes(id)) {
    ++stats_.failed;
    constexpr const char* kWhy = "cannot remove the bytes of a medium, trying again";
    if (const auto times = failing_.tell(kWhy, monotonic_now())) log::warn(kWhy, {{"id", id}, {"times", times}});
    if (auto later = put_off(id, unix_ms() + kAgainMs); !later) return later.error();
    return false;
  }
  fault::fire("media.forget");
  auto forgotten =
      store_.lanes().write<Ok>(0, [&](store::Write& into) -> Result<Ok> { return media_table::forget(into.db, id); });
  if (!forgotten) return forgotten.error();
  ++stats_.removed;
  return true;
}

Result<int> MediaSweeper::remove_going(std::int64_t now_ms) {
  if (!blobs_.answers()) return 0;
  auto ids = due(MediaState::kGoing, now_ms);
  if (!ids) return ids.error();
  int count = 0;
  std::optional<Error> failed;
  for (const std::string& id : ids.value()) {
    auto removed = remove(id);
    if (removed) count += removed.value() ? 1 : 0;
    if (!removed) failed = removed.error();
    if (is_in_vain()) break;
  }
  if (failed) return *failed;
  return count;
}

/// What a logic that died left there of uploads that are finished or gone. Not what somebody holds: lost bytes that
/// came again may wait for their turn to be finished.
Result<int> MediaSweeper::clear_incoming(std::int64_t now_ms) {
  int count = 0;
  for (const std::string& name : incoming_.names()) {
    if (!is_over(name, now_ms)) continue;
    const auto gone = clear_one(name, now_ms);
    if (!gone) return gone.error();
    count += gone.value() ? 1 : 0;
  }
  return count;
}

/// A finished upload may be under way once more, because the store lost its bytes: whether it stands still is looked at
/// when nobody works on it.
Result<bool> MediaSweeper::clear_one(const std::string& name, std::int64_t now_ms) {
  const std::string id = name.substr(0, kIdLetters);
  const auto idle = incoming_.hold_idle(id);
  if (!idle || !is_over(name, now_ms)) return false;
  const auto coming = is_coming(id);
  if (!coming) return coming.error();
  return !coming.value() && incoming_.remove(name);
}

bool MediaSweeper::is_over(const std::string& name, std::int64_t now_ms) const {
  const auto facts = incoming_.look(name);
  return facts && due_ms(facts.value()) <= now_ms;
}

Result<bool> MediaSweeper::is_coming(const std::string& id) {
  auto db = store_.reader();
  if (!db) return db.error();
  const auto row = media_table::find(*db.value(), id);
  if (!row) return row.error();
  return row.value() && row.value()->state == MediaState::kComing;
}

Result<int> MediaSweeper::erase_user(Uid owner) {
  auto ids = store_.lanes().write<std::vector<std::string>>(
      owner.value(), [&](store::Write& into) { return media_table::let_go_of(into.db, owner); });
  if (!ids) return ids.error();
  std::size_t gone = 0;
  for (const std::string& id : ids.value()) {
    auto removed = remove(id);
    if (!removed) return removed.error();
    gone += removed.value() ? 1 : 0;
    if (!removed.value() && is_in_vain()) break;
  }
  if (const auto left = ids.value().size() - gone; left > 0)
    return Error{Error::Code::kUnavailable, "the bytes of " + std::to_string(left) + " media are still there"};
  return static_cast<int>(gone);
}

}  // namespace im::logic::media
