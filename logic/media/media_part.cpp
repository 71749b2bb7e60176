#include "logic/media/media_part.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/log.hpp"
#include "common/daemon/metrics.hpp"
#include "logic/media/media_commands.hpp"

namespace im::logic {

namespace {

/// Bytes of a folder, to those who download.
constexpr BlockingPool::Options kReaders{.threads = 16, .max_waiting = 4096};
/// What nobody waits for, or an operator: it may wait for a store that is silent.
constexpr BlockingPool::Options kKeepers{.threads = 2, .max_waiting = 64};
/// Requests, and bytes to the disk. Some wait for the store: of one user, at most a fourth of the threads.
constexpr media::TurnQueue::Limits kAskers{
    .what = "requests for media", .threads = 16, .waiting = 4096, .share = 256, .at_once = 4};
/// Ends of uploads: hashes, and bytes to a store. Who finds no room tries again.
constexpr media::TurnQueue::Limits kFinishers{
    .what = "uploads", .threads = 8, .waiting = 1024, .share = 64, .at_once = 2};
/// Pictures that are made at once, by as many programs: what else this machine does goes on.
constexpr media::TurnQueue::Limits kPainters{.what = "pictures", .threads = 2, .waiting = 64, .share = 8, .at_once = 2};
/// How long a picture may take, with others beside it; the server waits a little longer for the end of a body.
constexpr std::chrono::milliseconds kPatience{50000};
constexpr std::chrono::milliseconds kSlowestSweep{30000}, kFastestSweep{500};
constexpr sql::Query kKey{"SELECT value FROM store_info WHERE name = 'media_key'", 1};

/// What tokens are signed with: the same for all logics of a store, made by whoever comes first.
std::string media_key(store::Store& store) {
  const auto made = store.lanes().write<std::string>(0, [](store::Write& into) -> Result<std::string> {
    auto rows = into.db.select(kKey);
    if (!rows) return rows.error();
    if (!rows.value().empty()) return rows.value().front().text(0);
    const std::string key = media::random_id() + media::random_id();
    auto added = into.db.execute("INSERT INTO store_info (name, value) VALUES ('media_key', ?)", {key});
    return added ? Result<std::string>(key) : added.error();
  });
  if (!made) throw std::runtime_error("media: no key in the store: " + made.error().message);
  return made.value();
}

std::string usable(const std::string& folder) {
  if (auto made = media::make_folder(folder); !made) throw std::runtime_error("media.dir: " + made.error().message);
  return folder;
}

media::IncomingFolder incoming_of(const std::string& folder, std::uint64_t keep_free) {
  auto made = media::IncomingFolder::make(usable(folder) + "/incoming",
                                          std::make_shared<media::DiskReserve>(keep_free, folder));
  if (!made) throw std::runtime_error("media.dir: " + made.error().message);
  return std::move(made).value();
}

media::MediaShaper::Limits limits_of(const MediaConfig& config) {
  return {static_cast<std::int64_t>(config.image_size.value), static_cast<std::int64_t>(config.voice_size.value)};
}

}  // namespace

MediaPart::MediaPart(const Settings& settings, store::Store& store)
    : config_(settings.media),
      readers_(kReaders),
      keepers_(kKeepers),
      askers_(kAskers),
      finishers_(kFinishers),
      painters_(kPainters),
      signer_(media_key(store)),
      incoming_(incoming_of(settings.folder, config_.keep_free.value)),
      blobs_(media::make_blob_store(settings.s3, usable(settings.folder + "/files"), readers_)),
      pictures_(config_.picture_program, kPatience),
      shaper_(incoming_, *blobs_, pictures_, limits_of(config_)),
      uploads_(config_, {store, incoming_, shaper_, signer_}),
      downloads_(config_, store, *blobs_, signer_),
      http_({uploads_, downloads_, signer_, {askers_, finishers_, painters_}}, config_.max_size.value),
      sweeper_(store, incoming_, *blobs_, config_.unfinished_ttl.count()),
      admin_(media::MediaCheck(store, incoming_, *blobs_, config_.unused_ttl.count()), keepers_) {}

void MediaPart::add_routes(const Ports& ports) {
  http_.add_routes(ports.open);
  admin_.add_routes(ports.ops);
}

void MediaPart::stop() {
  blobs_->stop();
  pictures_.stop();
  askers_.stop();
  readers_.stop();
  keepers_.stop();
  finishers_.stop();
  painters_.stop();
}

void MediaPart::add_requests(RequestRouter& router) {
  media::add_media_commands(router, {askers_, uploads_, downloads_, config_.origin});
}

void MediaPart::tick(TimePoint now) {
  if (now < next_sweep_ || sweeping_.exchange(true)) return;
  const auto shortest = std::min(config_.unfinished_ttl, config_.unused_ttl) / 4;
  next_sweep_ = now + std::clamp(shortest, kFastestSweep, kSlowestSweep);
  const auto posted = keepers_.post([this] {
    const auto done = sweeper_.round();
    if (!done) log::warn("media cannot be swept, trying again", {{"why", done.error().message}});
    sweeping_ = false;
  });
  if (!posted) sweeping_ = false;
}

void MediaPart::add_metrics(MetricsPage& page) const {
  const auto count = [&page](const char* name, const char* help, const char* label, const char* value,
                             const std::atomic<std::uint64_t>& number) {
    page.counter(name, help, static_cast<double>(number.load()), {{label, value}});
  };
  constexpr const char* kUploads = "im_logic_media_uploads_total";
  constexpr const char* kUploadsHelp = "Uploads, by what came of them.";
  const media::UploadStats& up = uploads_.stats();
  count(kUploads, kUploadsHelp, "outcome", "begun", up.begun);
  count(kUploads, kUploadsHelp, "outcome", "repeated", up.repeated);
  count(kUploads, kUploadsHelp, "outcome", "finished", up.finished);
  count(kUploads, kUploadsHelp, "outcome", "expired", sweeper_.stats().expired);
  constexpr const char* kRefused = "im_logic_media_refused_total";
  constexpr const char* kRefusedHelp = "Uploads and parts of them that were refused, by reason.";
  count(kRefused, kRefusedHelp, "reason", "size", up.refused_size);
  count(kRefused, kRefusedHelp, "reason", "quota", up.refused_quota);
  count(kRefused, kRefusedHelp, "reason", "hash", up.refused_hash);
  count(kRefused, kRefusedHelp, "reason", "range", up.refused_range);
  count(kRefused, kRefusedHelp, "reason", "content", up.refused_content);
  count(kRefused, kRefusedHelp, "reason", "disk", up.failed);
  const media::DownloadStats& down = downloads_.stats();
  constexpr const char* kDownloads = "im_logic_media_downloads_total";
  constexpr const char* kDownloadsHelp = "Downloads, by what came of them.";
  count(kDownloads, kDownloadsHelp, "outcome", "linked", down.links);
  count(kDownloads, kDownloadsHelp, "outcome", "served", down.served);
  count(kDownloads, kDownloadsHelp, "outcome", "refused", down.refused);
  count(kDownloads, kDownloadsHelp, "outcome", "gone", down.gone);
  constexpr const char* kCrowded = "im_logic_media_crowded_total";
  constexpr const char* kCrowdedHelp = "Work refused because one user, or all together, had too much waiting.";
  const auto crowded = [&](const char* whose, std::uint64_t more) {
    page.counter(kCrowded, kCrowdedHelp, static_cast<double>(more), {{"of", whose}});
  };
  crowded("one", askers_.stats().over_share + finishers_.stats().over_share + painters_.stats().over_share);
  crowded("all", askers_.stats().full + finishers_.stats().full + painters_.stats().full);
  const media::BlobStore::Silence silence = blobs_->silence();
  page.gauge("im_logic_media_store_silent", "1 while the S3 store does not answer.", silence.is_silent ? 1 : 0);
  page.counter("im_logic_media_store_unasked_total",
               "Calls to the S3 store that failed at once, because it was silent.",
               static_cast<double>(silence.unasked));
  page.counter("im_logic_media_bytes_total", "Bytes of media, by direction.", static_cast<double>(up.bytes.load()),
               {{"direction", "up"}});
  page.counter("im_logic_media_removed_total", "Media whose bytes were taken away.",
               static_cast<double>(sweeper_.stats().removed.load()));
}

}  // namespace im::logic
