#include "logic/webim/pictures.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "common/base/clock.hpp"
#include "logic/media/content_type.hpp"
#include "logic/media/counted_bytes.hpp"
#include "logic/media/media_token.hpp"
#include "logic/media/picture_bytes.hpp"

namespace im::logic::webim {

namespace {

constexpr std::chrono::milliseconds kPicturePatience{50000};
constexpr std::int64_t kPictureDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kHalfDoneMs = 3600LL * 1000;
constexpr std::size_t kPictureHead = 4096;
constexpr std::array<const char*, 3> kMadeOf{".file", ".small", ".large"};
constexpr sql::Query kSentToday{"SELECT COALESCE(SUM(bytes), 0) FROM webim_pictures WHERE address = ? AND added_ms > ?",
                                1};
constexpr sql::Query kOldPictures{"SELECT id FROM webim_pictures WHERE added_ms < ? ORDER BY added_ms LIMIT 200", 1};

struct Suffix {
  std::string_view text, mime;
};
constexpr std::array<Suffix, 3> kSuffixes{{{".jpg", "image/jpeg"}, {".png", "image/png"}, {".webp", "image/webp"}}};

std::string usable_folder(const std::string& folder) {
  if (auto made = media::make_folder(folder); !made.ok())
    throw std::runtime_error("media.dir: " + made.error().message);
  return folder;
}

media::IncomingFolder usable_spool(const std::string& folder, std::shared_ptr<media::DiskReserve> reserve) {
  auto made = media::IncomingFolder::make(folder, std::move(reserve));
  if (!made.ok()) throw std::runtime_error("media.dir: " + made.error().message);
  return std::move(made).value();
}

}  // namespace

const char* label(PictureRefusal why) {
  static constexpr std::array kLabels{"no_file", "no_picture", "too_large", "day",
                                      "crowded", "slow",       "spool",     "malformed"};
  static_assert(kLabels.size() == static_cast<std::size_t>(PictureRefusal::kCount));
  return kLabels[static_cast<std::size_t>(why)];
}

std::uint64_t Pictures::Stats::refusals() const {
  std::uint64_t sum = 0;
  for (const auto& one : refused) sum += one;
  return sum;
}

Pictures::Pictures(Options options, store::Store& store, std::unique_ptr<media::BlobStore> blobs)
    : options_(std::move(options)),
      spool_(usable_folder(options_.folder) + "/incoming"),
      incoming_(usable_spool(spool_, options_.reserve)),
      blobs_(std::move(blobs)),
      maker_(options_.program, kPicturePatience),
      store_(store) {}

/// Its row first: what a row names is found again, and goes with it.
Result<std::string> Pictures::keep(std::string_view bytes, const std::string& address) {
  const auto refused = [this](PictureRefusal reason, Error why) {
    refuse(reason);
    return why;
  };
  if (bytes.size() > options_.size)
    return refused(PictureRefusal::kTooLarge, {Error::Code::kInvalid, "the picture is too large"});
  if (media::content_type_of(bytes.substr(0, kPictureHead)).kind != "image")
    return refused(PictureRefusal::kNoPicture, {Error::Code::kInvalid, "this is no picture"});
  const std::string id = media::random_id();
  if (const Status noted = note(id, bytes, address); !noted.ok()) {
    if (noted.error().code == Error::Code::kOverloaded) return refused(PictureRefusal::kDay, noted.error());
    fail();
    return noted.error();
  }
  auto name = make(id, bytes);
  drop(id);
  if (name.ok()) {
    ++stats_.kept;
    return name;
  }
  forget(id);
  if (name.error().code == Error::Code::kInvalid) return refused(PictureRefusal::kNoPicture, name.error());
  fail();
  return name;
}

Status Pictures::note(const std::string& id, std::string_view bytes, const std::string& address) {
  return store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    const auto sent = into.db.select(kSentToday, {address, into.now_ms - kPictureDayMs});
    if (!sent.ok()) return sent.error();
    const std::int64_t counted = media::counted_bytes(static_cast<std::int64_t>(bytes.size()));
    const auto sum = static_cast<std::uint64_t>(sent.value().front().number(0) + counted);
    if (options_.day_bytes > 0 && sum > options_.day_bytes)
      return Error{Error::Code::kOverloaded, "enough pictures for today"};
    const auto added = into.db.execute("INSERT INTO webim_pictures (id, address, bytes, added_ms) VALUES (?, ?, ?, ?)",
                                       {id, address, counted, into.now_ms});
    return added.ok() ? Status(Ok{}) : Status(added.error());
  });
}

Result<std::string> Pictures::make(const std::string& id, std::string_view bytes) {
  if (auto added = incoming_.add(id); !added.ok()) return added.error();
  const auto file = incoming_.open(id);
  if (!file.ok()) return file.error();
  if (auto wrote = file.value()->append(bytes); !wrote.ok()) return wrote.error();
  const std::uint64_t most = media::most_made_of(bytes.size(), options_.made_bytes);
  const auto room = incoming_.hold(most);  // while they are written
  if (!room.ok()) return room.error();
  const std::string made_at = incoming_.scratch(id, "made");
  const auto made = maker_.make(file.value()->path(), made_at, most);
  if (!made.ok()) return made.error();
  const auto suffix = std::ranges::find_if(kSuffixes, [&](const Suffix& one) { return one.mime == made.value().mime; });
  if (suffix == kSuffixes.end()) return Error{Error::Code::kInternal, "im-picture made " + made.value().mime};
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(made_at + ".file", error);
  if (error) return Error{Error::Code::kUnavailable, "im-picture wrote nothing"};
  if (auto counted = count_made(id, size); !counted.ok()) return counted.error();
  if (auto kept = blobs_->put(id, made_at + ".file"); !kept.ok()) return kept.error();
  return id + std::string(suffix->text);
}

/// The day of an address has what came, and what it grew by.
Status Pictures::count_made(const std::string& id, std::uint64_t bytes) {
  const std::int64_t size = media::counted_bytes(static_cast<std::int64_t>(bytes));
  return store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    const auto done =
        into.db.execute("UPDATE webim_pictures SET bytes = ? WHERE id = ? AND bytes < ?", {size, id, size});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

void Pictures::drop(const std::string& id) {
  std::error_code ignored;
  for (const char* made : kMadeOf) std::filesystem::remove(incoming_.scratch(id, "made") + made, ignored);
  incoming_.remove(id);
}

/// What stays all the same goes with its row's time.
void Pictures::forget(const std::string& id) {
  if (!blobs_->remove(id).ok()) return;
  store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    const auto done = into.db.execute("DELETE FROM webim_pictures WHERE id = ?", {id});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

Result<HttpContent> Pictures::open(const std::string& name) {
  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string id = name.substr(0, dot);
  const auto suffix = std::ranges::find(kSuffixes, std::string_view(name).substr(dot), &Suffix::text);
  if (!media::is_media_id(id) || suffix == kSuffixes.end()) return Error{Error::Code::kNotFound, "no such picture"};
  auto content = blobs_->open(id, std::string(suffix->mime));
  if (content.ok()) ++stats_.served;
  return content;
}

/// The connection is free again before bytes are taken away, which may take long.
Result<sql::Rows> Pictures::old_ones() {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  return db.value()->select(kOldPictures, {now.value() - options_.keep.count()});
}

Status Pictures::sweep() {
  for (const std::string& name : incoming_.names()) {
    const auto facts = incoming_.look(name);
    if (facts.ok() && facts.value().changed_ms < unix_ms() - kHalfDoneMs) incoming_.remove(name);
  }
  if (options_.keep.count() == 0) return Ok{};
  const auto old = old_ones();
  if (!old.ok()) return old.error();
  for (const sql::Row& row : old.value()) {
    forget(row.text(0));
    ++stats_.removed;
  }
  return Ok{};
}

}  // namespace im::logic::webim
