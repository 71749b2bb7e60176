#include "logic/webim/webim_part.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/log.hpp"
#include "common/daemon/metrics.hpp"
#include "logic/media/blob_stores.hpp"
#include "logic/media/incoming_folder.hpp"

namespace im::logic::webim {

namespace {

/// A line waits for its commit on its thread: as many as one transaction should gather.
constexpr BlockingPool::Options kPool{.threads = 32, .max_waiting = 4096};
constexpr BlockingPool::Options kWatchPool{.threads = 4, .max_waiting = 4096};
constexpr BlockingPool::Options kPicturePool{.threads = 8, .max_waiting = 256};
/// No shares: behind the web server of the old page all pages are one address.
constexpr media::TurnQueue::Limits kPainterPool{.threads = 2, .waiting = 64, .share = 66};
constexpr std::chrono::seconds kSweepEvery{30}, kTellAgainEvery{1};

/// How often those are looked for whose grace is over.
std::chrono::milliseconds look_gap(std::chrono::milliseconds grace) {
  return std::clamp<std::chrono::milliseconds>(grace / 4, kTellAgainEvery, kSweepEvery);
}

/// A login stands in the store before a router knows it.
std::int64_t guest_keep(const WebimConfig& config) { return std::max(config.guest_keep, config.stay_grace).count(); }

/// Pictures lie beside media, in a folder or under a prefix of their own: what looks through media does not see them.
std::unique_ptr<media::BlobStore> picture_store(MediaS3Config s3, const std::string& folder, BlockingPool& pool) {
  s3.prefix += "webim/";
  for (const std::string& needed : {folder, folder + "/files"}) {
    if (auto made = media::make_folder(needed); !made.ok())
      throw std::runtime_error("media.dir: " + made.error().message);
  }
  return media::make_blob_store(s3, folder + "/files", pool);
}

}  // namespace

WebimPart::WebimPart(const WebimConfig& config, Uses uses)
    : config_(config),
      pool_(kPool),
      picture_pool_(kPicturePool),
      painter_pool_(kPainterPool),
      watch_pool_(kWatchPool),
      people_(uses.store),
      lobby_(uses.store, uses.conversations, uses.texts),
      voice_(uses.push.push(), uses.routers.sessions(), uses.comets.events(), people_),
      arrivals_(people_, voice_),
      guests_(uses.store, uses.routers.sessions(), guest_keep(config)),
      logins_(people_, pool_, uses.texts),
      bridge_(uses.messages, uses.media.origin),
      calls_(uses.calls.pages()),
      commands_({people_, lobby_, voice_, bridge_, calls_, uses.routers.shared(), pool_}, config.message_gap),
      book_(uses.store),
      stays_(uses.routers.sessions(), {[this](const std::vector<Stay>& stays) { watch_.gone(stays); },
                                       [this](const std::vector<Stay>& stays) { watch_.there(stays); }}),
      round_(uses.store, people_, book_, stays_, config.stay_grace.count()),
      lobby_commands_({people_, lobby_, voice_, arrivals_, uses.comets.gateway(), stays_, pool_}),
      room_voice_(book_, uses.comets.events(), watch_pool_),
      room_commands_({book_, room_voice_, stays_, pool_}),
      watch_({people_, voice_, arrivals_, room_voice_, calls_, stays_, round_, watch_pool_}) {
  if (const Status opened = lobby_.open(); !opened.ok())
    throw std::runtime_error("webim: the store does not take the lobby: " + opened.error().message);
  uses.events.add(watch_);
  if (uses.media.folder.empty()) return;
  const std::string folder = uses.media.folder + "/webim";
  pictures_.emplace(Pictures::Options{folder, uses.media.program, config.picture_size.value, config.picture_day.value,
                                      config.picture_keep, uses.media.reserve, uses.media.picture_bytes},
                    uses.store, picture_store(uses.media.s3, folder, picture_pool_));
  picture_http_.emplace(
      *pictures_, picture_pool_, painter_pool_,
      UploadSeats::Limits{static_cast<std::size_t>(config.uploads), static_cast<std::size_t>(config.uploads_per_ip)},
      uses.media.origin);
}

void WebimPart::add_routes(const Ports& ports) {
  if (picture_http_) picture_http_->add_routes(ports.open);
}

void WebimPart::add_requests(RequestRouter& router) {
  commands_.add_requests(router);
  lobby_commands_.add_requests(router);
  room_commands_.add_requests(router);
}

bool WebimPart::take(const store::Message& row, std::function<void(Status)> done) {
  if (row.conv != lobby_.conv()) return false;
  if (row.kind != store::RowKind::kMessage) {
    done(Ok{});
    return true;
  }
  voice_.line(row, std::move(done));
  return true;
}

boost::json::value WebimPart::words_of(const store::Message& row, Uid reader, media::DownloadService& downloads) {
  const auto is_page = people_.is_page(reader);
  if (!is_page.ok() || !is_page.value()) return nullptr;
  const auto links = downloads.links({reader, kPlatform, ""}, {row.conv, row.seq});
  return links.ok() ? media_words(row, links.value().urls, links.value().name) : boost::json::value();
}

void WebimPart::tick(TimePoint now) {
  if (now >= told_again_ + kTellAgainEvery) {
    told_again_ = now;
    watch_.tell_again();
    stays_.ask_again();
  }
  if (now >= looked_ + look_gap(config_.stay_grace)) {
    looked_ = now;
    watch_.sweep();
  }
  if (now < swept_ + kSweepEvery) return;
  swept_ = now;
  if (sweeping_.exchange(true)) return;
  const Status posted = watch_pool_.post([this] { sweep(); });
  if (!posted.ok()) sweeping_ = false;
}

/// What nobody needs any more; what fails is tried again.
void WebimPart::sweep() {
  if (config_.guest_keep.count() > 0) {
    const auto looked_at = guests_.run(looked_at_);
    if (looked_at.ok()) looked_at_ = looked_at.value();
    if (!looked_at.ok()) log::warn("guests are not swept", {{"why", looked_at.error().message}});
  }
  if (pictures_) {
    const Status swept = pictures_->sweep();
    if (!swept.ok()) log::warn("pictures of old pages are not swept", {{"why", swept.error().message}});
  }
  sweeping_ = false;
}

void WebimPart::add_metrics(MetricsPage& page) const {
  const LobbyWatch::Stats& stats = watch_.stats();
  const auto counter = [&page](const char* what, std::uint64_t value) {
    page.counter("im_logic_webim_people_total", "People of the lobby that the others were told of.",
                 static_cast<double>(value), {{"event", what}});
  };
  counter("came", stats.came);
  counter("went", stats.went);
  counter("failed", stats.failed);
  const auto told = [&page](const char* what, std::uint64_t value) {
    page.counter("im_logic_webim_room_events_total", "Events of rooms of the room demo, by whether anybody was told.",
                 static_cast<double>(value), {{"outcome", what}});
  };
  told("told", room_voice_.stats().told);
  told("nobody", room_voice_.stats().nobody);
  told("failed", room_voice_.stats().failed);
  if (!pictures_) return;
  const auto pictures = [&page](const char* what, std::uint64_t value) {
    page.counter("im_logic_webim_pictures_total", "Pictures of old pages, by what came of them.",
                 static_cast<double>(value), {{"outcome", what}});
  };
  pictures("kept", pictures_->stats().kept);
  pictures("refused", pictures_->stats().refusals());
  pictures("failed", pictures_->stats().failed);
  pictures("served", pictures_->stats().served);
  pictures("removed", pictures_->stats().removed);
  for (std::size_t i = 0; i < pictures_->stats().refused.size(); ++i)
    page.counter("im_logic_webim_pictures_refused_total", "Pictures of old pages that were not accepted, by reason.",
                 static_cast<double>(pictures_->stats().refused[i].load()),
                 {{"reason", label(static_cast<PictureRefusal>(i))}});
}

void WebimPart::stop() {
  if (pictures_) pictures_->stop();
  picture_pool_.stop();
  painter_pool_.stop();
  watch_pool_.stop();
  pool_.stop();
}

}  // namespace im::logic::webim
