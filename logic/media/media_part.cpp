#include "logic/media/media_part.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/log.hpp"
#include "logic/media/media_commands.hpp"
#include "logic/media/media_metrics.hpp"

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

media::IncomingFolder incoming_of(const std::string& folder, std::shared_ptr<media::DiskReserve> reserve) {
  auto made = media::IncomingFolder::make(usable(folder) + "/incoming", std::move(reserve));
  if (!made) throw std::runtime_error("media.dir: " + made.error().message);
  return std::move(made).value();
}

media::MediaShaper::Limits limits_of(const MediaConfig& config) {
  return {static_cast<std::int64_t>(config.image_size.value), static_cast<std::int64_t>(config.voice_size.value),
          config.picture_bytes.value};
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
      reserve_(std::make_shared<media::DiskReserve>(config_.keep_free.value, settings.folder)),
      incoming_(incoming_of(settings.folder, reserve_)),
      blobs_(media::make_blob_store(settings.s3, usable(settings.folder + "/files"), readers_)),
      pictures_(config_.picture_program, kPatience),
      shaper_(incoming_, *blobs_, pictures_, limits_of(config_)),
      uploads_(config_, {store, incoming_, shaper_, signer_}),
      downloads_(config_, store, *blobs_, signer_),
      http_({uploads_, downloads_, signer_, {askers_, finishers_, painters_}}, config_.max_size.value),
      sweeper_(store, incoming_, *blobs_, config_.unfinished_ttl.count()),
      own_(store, sweeper_),
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
  media::add_media_commands(router, {askers_, uploads_, downloads_, own_, config_.origin,
                                     static_cast<std::int64_t>(config_.user_bytes.value)});
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
  media::add_media_metrics(page, {uploads_.stats(), downloads_.stats(), sweeper_.stats(), own_.stats()});
  media::add_crowd_metrics(page, {&askers_, &finishers_, &painters_});
  media::add_store_metrics(page, blobs_->silence());
}

}  // namespace im::logic
