#include "logic/media/upload_service.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "logic/chat/file_name.hpp"
#include "logic/media/content_type.hpp"

namespace im::logic::media {

namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kTicketMs = kDayMs;
constexpr std::size_t kMostMime = 100;
constexpr std::chrono::milliseconds kWhenBusy{500};
/// So long a store may not know everywhere what it has just taken.
constexpr std::int64_t kSettlesMs = 5000;

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_mime(std::string_view text) {
  const std::size_t slash = text.find('/');
  return text.size() <= kMostMime && slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

Failure gone() { return refused(Code::kNotFound, "no such upload"); }

/// Nobody waits for it on a thread: those are few, and what is lost never comes.
Failure settling() {
  Failure failure = refused(Code::kLater, "the store does not show it yet");
  failure.retry_in = kWhenBusy;
  return failure;
}

Failure at_offset(std::uint64_t offset, std::uint64_t size) {
  Failure failure = refused(Code::kConflict, "the next byte is another one");
  failure.more = {{"offset", offset}, {"size", size}};
  return failure;
}

Progress progress_of(const MediaRow& row, std::uint64_t offset, bool is_done) {
  return {row.id, offset, static_cast<std::uint64_t>(row.size), is_done};
}

}  // namespace

std::optional<Failure> UploadService::problem(const BeginAsk& ask) {
  if (const auto why = chat::name_problem(ask.name); !why.empty()) return refused(Code::kBadValue, "name: " + why);
  if (!ask.mime.empty() && !is_mime(ask.mime)) return refused(Code::kBadValue, "mime: is no media type");
  if (!is_hash(ask.sha256)) return refused(Code::kBadValue, "sha256: 64 hexadecimal digits, lower case");
  if (ask.size <= 0) return refused(Code::kBadValue, "size: 1 or more");
  const std::uint64_t most = ask.mime.starts_with("image/")   ? config_.image_size.value
                             : ask.mime.starts_with("audio/") ? config_.voice_size.value
                                                              : config_.max_size.value;
  if (static_cast<std::uint64_t>(ask.size) <= most) return std::nullopt;
  ++stats_.refused_size;
  return refused(Code::kTooLarge, "size: at most " + std::to_string(most) + " bytes");
}

Error UploadService::refuse(Beginning& the, Failure why, std::atomic<std::uint64_t>& counter) {
  the.counter = &counter;
  the.failure = std::move(why);
  return Error{Error::Code::kDenied, the.failure->error};
}

Result<MediaRow> UploadService::row_for(store::Write& into, Beginning& the) {
  const chat::Actor& actor = the.actor;
  const BeginAsk& ask = the.ask;
  the.failure.reset();
  the.counter = nullptr;
  auto standing = chat::standing_of(into.db, ask.conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), chat::Action::kSend, into.now_ms); !may) return may.error();
  const auto group_most = static_cast<std::int64_t>(config_.group_size.value);
  if (standing.value().kind == chat::ConvKind::kGroup && group_most > 0 && ask.size > group_most)
    return refuse(the, refused(Code::kTooLarge, "size: at most " + std::to_string(group_most) + " bytes in a group"),
                  stats_.refused_size);
  if (auto locked = media_table::lock_owner(into.db, actor.uid); !locked) return locked.error();
  auto same = media_table::find_same(into.db, {actor.uid, ask.sha256, ask.size}, into.now_ms);
  if (!same) return same.error();
  if (same.value()) return kept(into, *same.value(), ask.name);
  return added(into, the);
}

/// Under the name that it is sent with now: messages that have it keep theirs.
Result<MediaRow> UploadService::kept(store::Write& into, const MediaRow& row, const std::string& name) const {
  // Where it is lost, it does not look as if it were just finished.
  const auto unused_ms = config_.unused_ttl.count(), unused_left = unused_ms - std::min(kSettlesMs, unused_ms / 2);
  const bool ready = row.state == MediaState::kReady;
  const auto until = into.now_ms + (ready ? unused_left : config_.unfinished_ttl.count());
  if (auto done = media_table::keep_until(into.db, row.id, until); !done) return done.error();
  if (auto done = media_table::rename(into.db, row.id, name); !done) return done.error();
  return row;
}

Result<MediaRow> UploadService::added(store::Write& into, Beginning& the) {
  const chat::Actor& actor = the.actor;
  const BeginAsk& ask = the.ask;
  if (!the.room) {
    the.counter = &stats_.failed;
    return the.room.error();
  }
  const std::int64_t day = into.now_ms / kDayMs;
  auto use = media_table::use_of(into.db, actor.uid, day);
  if (!use) return use.error();
  if (auto over = quota_.over_with(use.value(), ask.size)) return refuse(the, std::move(*over), stats_.refused_quota);
  MediaRow row{.id = random_id(), .owner = actor.uid, .conv = ask.conv, .name = ask.name};
  row.claimed = ask.mime;
  row.sha256 = ask.sha256;
  row.size = ask.size;
  row.drop_ms = into.now_ms + config_.unfinished_ttl.count();
  if (auto added = media_table::add(into.db, row, into.now_ms); !added) return added.error();
  if (auto counted = media_table::count_day(into.db, actor.uid, day, ask.size); !counted) return counted.error();
  return row;
}

Outcome<Begun> UploadService::begin(const chat::Actor& actor, const BeginAsk& ask) {
  if (auto failure = problem(ask)) return *failure;
  Beginning the{actor, ask, uses_.incoming.admit(static_cast<std::uint64_t>(ask.size)), {}, nullptr};
  const auto row = uses_.store.lanes().write<MediaRow>(actor.uid.value(),
                                                       [this, &the](store::Write& into) { return row_for(into, the); });
  if (!row && the.counter != nullptr) ++*the.counter;
  if (!row && the.failure) return *the.failure;
  if (!row) return row.error();
  return begun(row.value());
}

Outcome<Begun> UploadService::begun(const MediaRow& media) {
  const auto there = is_there(media);
  if (!there) return there.error();
  if (there.value()) {
    ++stats_.repeated;
    return Begun{progress_of(media, static_cast<std::uint64_t>(media.size), true), "", 0};
  }
  if (media.state == MediaState::kReady)
    log::warn("the bytes of a medium are lost, its owner sends them again", {{"id", media.id}});
  const auto added = uses_.incoming.add(media.id);
  const auto facts = added ? uses_.incoming.look(media.id) : Result<IncomingFolder::Facts>(added.error());
  if (!facts) {
    ++stats_.failed;
    return facts.error();
  }
  ++stats_.begun;
  const auto until = unix_ms() + kTicketMs;
  const UploadTicket ticket{media.id, media.owner, static_cast<std::uint64_t>(media.size), until};
  return Begun{progress_of(media, facts.value().size, false), uses_.signer.sign(ticket), until};
}

Result<bool> UploadService::is_there(const MediaRow& row) {
  if (row.state != MediaState::kReady) return false;
  auto has = uses_.shaper.has(row);
  if (!has) ++stats_.failed;
  return has;
}

Result<std::optional<MediaRow>> UploadService::row_of(const std::string& id) {
  auto db = uses_.store.reader();
  if (!db) return db.error();
  return media_table::find(*db.value(), id);
}

Outcome<Progress> UploadService::progress(const UploadTicket& ticket) {
  const auto facts = uses_.incoming.look(ticket.id);
  if (facts) return Progress{ticket.id, facts.value().size, ticket.size, false};
  if (facts.error().code != Error::Code::kNotFound) return facts.error();
  const auto row = row_of(ticket.id);
  if (!row) return row.error();
  if (!row.value()) return gone();
  const auto there = is_there(*row.value());
  if (!there) return there.error();
  if (!there.value()) return is_just_finished(*row.value()) ? settling() : gone();
  return progress_of(*row.value(), ticket.size, true);
}

/// Who hears that it is gone sends all of it again.
bool UploadService::is_just_finished(const MediaRow& row) const {
  return row.state == MediaState::kReady && row.drop_ms - config_.unused_ttl.count() + kSettlesMs > unix_ms();
}

Outcome<std::shared_ptr<IncomingFile>> UploadService::open(const UploadTicket& ticket, const ContentRange& range) {
  auto file = uses_.incoming.open(ticket.id);
  if (file) {
    const bool finishes = range.count == 0 && file.value()->size() == ticket.size;
    if (finishes || (range.count > 0 && file.value()->size() == range.first)) return std::move(file).value();
    ++stats_.refused_range;
    return at_offset(file.value()->size(), ticket.size);
  }
  if (file.error().code == Error::Code::kConflict) {
    Failure failure = failure_of(file.error());
    failure.retry_in = kWhenBusy;
    return failure;
  }
  if (file.error().code != Error::Code::kNotFound) return file.error();
  const auto now = progress(ticket);
  if (!now.ok()) return now.failure();
  return at_offset(now.value().offset, ticket.size);
}

Outcome<Progress> UploadService::keep(const UploadTicket& ticket, IncomingFile& file) {
  if (auto synced = file.sync(); !synced) {
    ++stats_.failed;
    return synced.error();
  }
  return Progress{ticket.id, file.size(), ticket.size, false};
}

Outcome<Progress> UploadService::complete(const UploadTicket& ticket, IncomingFile& file) {
  fault::fire("media.complete");
  auto row = row_of(ticket.id);
  if (!row) return row.error();
  if (!row.value() || row.value()->state == MediaState::kGoing) return gone();
  const auto there = is_there(*row.value());
  if (!there) return there.error();
  if (there.value()) {
    uses_.incoming.remove(ticket.id);
    return progress_of(*row.value(), ticket.size, true);
  }
  return finish(ticket, file, std::move(*row.value()));
}

Outcome<Progress> UploadService::finish(const UploadTicket& ticket, IncomingFile& file, MediaRow row) {
  const auto hash = file.sha256();
  if (!hash) return hash.error();
  if (hash.value() != row.sha256) {
    ++stats_.refused_hash;
    return drop(row, "sha256: the bytes are others");
  }
  if (auto shaped = uses_.shaper.shape(file, row); !shaped) {
    const bool is_wrong = shaped.error().code == Error::Code::kInvalid;
    ++(is_wrong ? stats_.refused_content : stats_.failed);
    return is_wrong ? drop(row, shaped.error().message) : shaped.error();
  }
  std::optional<Failure> over;
  const auto ready = uses_.store.lanes().write<bool>(
      row.owner.value(), [&](store::Write& into) -> Result<bool> { return make_ready(into, row, over); });
  fault::fire("media.finished");
  if (!ready && over) {
    ++stats_.refused_quota;
    uses_.shaper.remove(row.id);
    return *over;
  }
  if (!ready) return ready.error();
  uses_.incoming.remove(row.id);
  if (!ready.value()) {
    uses_.shaper.remove(row.id);
    return gone();
  }
  ++stats_.finished;
  return progress_of(row, ticket.size, true);
}

/// In a lane, perhaps more than once. What was made of a picture counts like what came.
Result<bool> UploadService::make_ready(store::Write& into, MediaRow& row, std::optional<Failure>& over) const {
  over.reset();
  const std::int64_t grown = row.state == MediaState::kComing ? std::max<std::int64_t>(row.stored - row.size, 0) : 0;
  const std::int64_t day = into.now_ms / kDayMs;
  if (grown > 0) {
    if (auto locked = media_table::lock_owner(into.db, row.owner); !locked) return locked.error();
    auto use = media_table::use_of(into.db, row.owner, day);
    if (!use) return use.error();
    over = quota_.over_grown(use.value(), grown);
    if (over) return Error{Error::Code::kDenied, over->error};
  }
  row.drop_ms = into.now_ms + config_.unused_ttl.count();
  auto made = media_table::make_ready(into.db, row, into.now_ms);
  fault::fire("media.ready");
  if (!made || !made.value() || grown == 0) return made;
  if (auto counted = media_table::count_day(into.db, row.owner, day, grown); !counted) return counted.error();
  return made;
}

/// Nothing of them is kept, and the client begins anew. Where bytes were to come again, the row and what the store
/// still has of it stay.
Outcome<Progress> UploadService::drop(const MediaRow& row, const std::string& why) {
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
