#include "logic/media/upload_service.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "logic/chat/file_name.hpp"
#include "logic/media/content_type.hpp"
#include "logic/media/counted_bytes.hpp"

namespace im::logic::media {

namespace {

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

/// Nobody waits for it on a thread: those are few, and what is lost never comes.
Failure settling() {
  Failure failure = refused(Code::kLater, "the store does not show it yet");
  failure.retry_in = kWhenBusy;
  return failure;
}

/// Whoever runs the cluster finds it with `imctl media check`; it goes with the expired upload.
Error no_upload_file() { return {Error::Code::kUnavailable, "something lies in the place of the upload"}; }

Failure at_offset(std::uint64_t offset, std::uint64_t size) {
  Failure failure = refused(Code::kConflict, "the next byte is another one");
  failure.more = {{"offset", offset}, {"size", size}};
  return failure;
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
  const auto is_owner = media_table::lock_owner(into.db, actor.uid);
  if (!is_owner) return is_owner.error();
  if (!is_owner.value())  // erased while this waited for its turn
    return refuse(the, refused(Code::kForbidden, "the account is closed"), stats_.refused_token);
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
  const std::int64_t bytes = counted_bytes(ask.size);
  if (!the.user_room) return the.user_room.error();
  auto use = media_table::use_of(into.db, actor.uid, day, the.user_room.value());
  if (!use) return use.error();
  if (auto over = quota_.over_with(use.value(), bytes)) return refuse(the, std::move(*over), stats_.refused_quota);
  MediaRow row{.id = random_id(), .owner = actor.uid, .conv = ask.conv, .name = ask.name};
  row.claimed = ask.mime;
  row.sha256 = ask.sha256;
  row.size = ask.size;
  row.drop_ms = into.now_ms + config_.unfinished_ttl.count();
  if (auto added = media_table::add(into.db, row, into.now_ms); !added) return added.error();
  if (auto counted = media_table::count_day(into.db, actor.uid, day, bytes); !counted) return counted.error();
  return row;
}

Outcome<Begun> UploadService::begin(const chat::Actor& actor, const BeginAsk& ask) {
  if (auto failure = problem(ask)) return *failure;
  const std::int64_t bytes = counted_bytes(ask.size);
  Beginning the{actor,
                ask,
                uses_.incoming.admit(static_cast<std::uint64_t>(bytes)),
                look_at_room(uses_.store, actor.uid, quota_.room_beside(bytes)),
                {},
                nullptr};
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
  if (media.state == MediaState::kReady) tell_lost(media.id);
  const auto added = uses_.incoming.add(media.id);
  const auto facts = added ? uses_.incoming.look(media.id) : Result<IncomingFolder::Facts>(added.error());
  if (!facts || !facts.value().is_file) {
    ++stats_.failed;
    return facts ? no_upload_file() : facts.error();
  }
  ++stats_.begun;
  const auto until = unix_ms() + kTicketMs;
  const UploadTicket ticket{media.id, media.owner, static_cast<std::uint64_t>(media.size), until};
  return Begun{progress_of(media, facts.value().size, false), uses_.signer.sign(ticket), until};
}

void UploadService::tell_lost(const std::string& id) {
  constexpr const char* kWhat = "the bytes of a medium are lost, its owner sends them again";
  if (const auto times = lost_.tell(kWhat, monotonic_now())) log::warn(kWhat, {{"id", id}, {"times", times}});
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
  if (facts && !facts.value().is_file) return no_upload_file();
  if (facts) return Progress{ticket.id, facts.value().size, ticket.size, false};
  if (facts.error().code != Error::Code::kNotFound) return facts.error();
  const auto row = row_of(ticket.id);
  if (!row) return row.error();
  if (!row.value()) return upload_gone();
  const auto there = is_there(*row.value());
  if (!there) return there.error();
  if (!there.value()) return is_just_finished(*row.value()) ? settling() : upload_gone();
  return progress_of(*row.value(), ticket.size, true);
}

/// Who hears that it is gone sends all of it again.
bool UploadService::is_just_finished(const MediaRow& row) const {
  return row.state == MediaState::kReady && row.drop_ms - config_.unused_ttl.count() + kSettlesMs > unix_ms();
}

/// By its row: a ticket lives longer than some uploads. While rows cannot be read nobody erases any, and bytes go on.
bool UploadService::is_over(const std::string& id) {
  const auto row = row_of(id);
  return row && is_gone(row.value());
}

Outcome<std::shared_ptr<IncomingFile>> UploadService::open(const UploadTicket& ticket, const ContentRange& range) {
  if (is_over(ticket.id)) return upload_gone();
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
  // Whatever comes by its name now is another file.
  if (const auto named = file.has_its_name(); !named) {
    if (is_over(ticket.id)) return upload_gone();
    ++stats_.failed;
    return named.error();
  }
  if (auto synced = file.sync(); !synced) return begins_anew(ticket, synced.error());
  return Progress{ticket.id, file.size(), ticket.size, false};
}

/// Of one that is not finished: its ticket has nowhere else to go on. Where there is no room for it, HEAD is 4404.
void UploadService::make_file_again(const std::string& id) {
  const auto row = row_of(id);
  if (!row || !row.value() || row.value()->state != MediaState::kComing || uses_.incoming.look(id)) return;
  if (const auto added = uses_.incoming.add(id); !added)
    log::error("an upload has no file to begin anew in", {{"id", id}, {"why", added.error().message}});
}

/// The file is empty, or gone.
Failure UploadService::begins_anew(const UploadTicket& ticket, const Error& why) {
  ++stats_.failed;
  if (const auto times = unkept_.tell(why.message, monotonic_now()))
    log::error("an upload begins anew", {{"id", ticket.id}, {"why", why.message}, {"times", times}});
  make_file_again(ticket.id);
  Failure failure = failure_of(why);
  failure.error = "the disk has not kept these bytes: send the file again from its first byte";
  failure.more = {{"offset", 0}, {"size", ticket.size}};
  return failure;
}

Outcome<Progress> UploadService::complete(const UploadTicket& ticket, IncomingFile& file) {
  fault::fire("media.complete");
  auto row = row_of(ticket.id);
  if (!row) return row.error();
  if (is_gone(row.value())) return upload_gone();
  const auto there = is_there(*row.value());
  if (!there) return there.error();
  if (there.value()) {
    uses_.incoming.remove(ticket.id);
    return progress_of(*row.value(), ticket.size, true);
  }
  return end_.finish(file, std::move(*row.value()));
}

}  // namespace im::logic::media
