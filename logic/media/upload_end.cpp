#include "logic/media/upload_end.hpp"

#include <algorithm>

#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "logic/media/counted_bytes.hpp"

namespace im::logic::media {

namespace {

/// By how much more it counts than was asked for at its begin. What comes again was counted when it came first.
std::int64_t grown(const MediaRow& row) {
  return row.state == MediaState::kComing ? std::max<std::int64_t>(row.stored - counted_bytes(row.size), 0) : 0;
}

}  // namespace

Outcome<Progress> UploadEnd::finish(const IncomingFile& file, MediaRow row) {
  const auto still = still_over(row);
  if (!still) return still.error();
  if (still.value()) {
    ++stats_.refused_quota;
    return *still.value();
  }
  const auto hash = file.sha256();
  if (!hash) return hash.error();
  if (hash.value() != row.sha256) {
    ++stats_.refused_hash;
    return drop(row, "sha256: the bytes are others");
  }
  if (auto shaped = uses_.shaper.shape(file, row); !shaped) return not_shaped(row, shaped.error());
  const auto room = room_for(row);
  if (!room) return room.error();
  std::optional<Failure> over;
  const auto ready = uses_.store.lanes().write<bool>(
      row.owner.value(), [&](store::Write& into) { return make_ready(into, row, room.value(), over); });
  fault::fire("media.finished");
  if (!ready && over) return refuse_grown(row, *over);
  if (!ready) return ready.error();
  uses_.incoming.remove(row.id);
  if (!ready.value()) {
    take_back(row);
    return upload_gone();
  }
  ++stats_.finished;
  return progress_of(row, file.size(), true);
}

Result<std::optional<Failure>> UploadEnd::still_over(const MediaRow& row) {
  if (grown(row) == 0) return std::optional<Failure>();
  auto db = uses_.store.reader();
  if (!db) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now) return now.error();
  const UserRoom room{quota_.room_beside(grown(row)), std::nullopt};
  const auto use = media_table::use_of(*db.value(), row.owner, now.value() / kDayMs, room);
  if (!use) return use.error();
  return quota_.over_grown(use.value(), grown(row));
}

/// Of one that has not grown it does not matter.
Result<UserRoom> UploadEnd::room_for(const MediaRow& row) {
  if (grown(row) == 0) return UserRoom{};
  return look_at_room(uses_.store, row.owner, quota_.room_beside(grown(row)));
}

/// What came is kept until it expires. How large it became is noted where `finish` looks first.
Outcome<Progress> UploadEnd::refuse_grown(const MediaRow& row, const Failure& over) {
  ++stats_.refused_quota;
  uses_.shaper.remove(row.id);
  const auto noted = uses_.store.lanes().write<Ok>(
      row.owner.value(), [&](store::Write& into) { return media_table::note_made(into.db, row.id, row.stored); });
  if (!noted) return noted.error();
  return over;
}

/// In a lane, perhaps more than once. What was made of a picture counts like what came.
Result<bool> UploadEnd::make_ready(store::Write& into, MediaRow& row, const UserRoom& room,
                                   std::optional<Failure>& over) const {
  over.reset();
  const std::int64_t more = grown(row), day = into.now_ms / kDayMs;
  if (more > 0) {
    const auto is_owner = media_table::lock_owner(into.db, row.owner);
    if (!is_owner) return is_owner.error();
    if (!is_owner.value()) return false;
    auto use = media_table::use_of(into.db, row.owner, day, room);
    if (!use) return use.error();
    over = quota_.over_grown(use.value(), more);
    if (over) return Error{Error::Code::kDenied, over->error};
  }
  row.drop_ms = into.now_ms + config_.unused_ttl.count();
  auto made = media_table::make_ready(into.db, row, into.now_ms);
  fault::fire("media.ready");
  if (!made || !made.value() || more == 0) return made;
  if (auto counted = media_table::count_day(into.db, row.owner, day, more); !counted) return counted.error();
  return made;
}

/// What is erased meanwhile has lost its name, and perhaps its row: nobody else would take away what was just stored.
Outcome<Progress> UploadEnd::not_shaped(const MediaRow& row, const Error& why) {
  if (why.code == Error::Code::kInvalid) {
    ++stats_.refused_content;
    return drop(row, why.message);
  }
  ++stats_.failed;
  auto db = uses_.store.reader();
  if (!db) return why;
  const auto now = media_table::find(*db.value(), row.id);
  if (!now || !is_gone(now.value())) return why;
  take_back(row);
  return upload_gone();
}

/// Its row may be forgotten already, and who forgot it looked before the bytes came. What does not go now gets a row
/// again, so that the sweep takes it.
void UploadEnd::take_back(const MediaRow& row) {
  if (uses_.shaper.remove(row.id)) return;
  const auto owed = uses_.store.lanes().write<Ok>(row.owner.value(), [&](store::Write& into) -> Result<Ok> {
    return media_table::owe_removal(into.db, row, into.now_ms);
  });
  if (!owed)
    log::error("bytes of an upload that is gone stay in the store; imctl media gc takes them away",
               {{"id", row.id}, {"why", owed.error().message}});
}

/// Nothing of them is kept, and the client begins anew. Where bytes were to come again, the row and what the store
/// still has of it stay.
Outcome<Progress> UploadEnd::drop(const MediaRow& row, const std::string& why) {
  const auto dropped = uses_.store.lanes().write<std::int64_t>(row.owner.value(), [&](store::Write& into) {
    return into.db.execute("DELETE FROM media WHERE id = ? AND state = 1", {row.id});
  });
  fault::fire("media.dropped");
  if (!dropped) return dropped.error();
  uses_.incoming.remove(row.id);
  if (row.state == MediaState::kComing) uses_.shaper.remove(row.id);
  return refused(Code::kBadValue, why);
}

}  // namespace im::logic::media
