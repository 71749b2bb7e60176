#include "logic/webim/webim_part.hpp"

#include <stdexcept>

#include "common/base/log.hpp"
#include "common/daemon/metrics.hpp"

namespace im::logic::webim {

namespace {

/// A line waits for its commit on its thread: as many as one transaction should gather.
constexpr BlockingPool::Options kPool{.threads = 32, .max_waiting = 4096};
constexpr BlockingPool::Options kWatchPool{.threads = 4, .max_waiting = 4096};
constexpr BlockingPool::Options kPicturePool{.threads = 8, .max_waiting = 256};
constexpr std::chrono::seconds kSweepEvery{30};

}  // namespace

WebimPart::WebimPart(const WebimConfig& config, Uses uses)
    : config_(config),
      pool_(kPool),
      picture_pool_(kPicturePool),
      watch_pool_(kWatchPool),
      people_(uses.store),
      lobby_(uses.store, uses.conversations),
      voice_(uses.push.push(), uses.routers.sessions(), uses.comets.events(), people_),
      logins_(people_, pool_),
      bridge_(uses.messages),
      commands_({people_, lobby_, voice_, bridge_, uses.routers.shared(), pool_}, config.message_gap),
      lobby_commands_({people_, lobby_, voice_, uses.comets.gateway(), pool_}),
      book_(uses.store),
      room_voice_(book_, uses.comets.events()),
      room_commands_({book_, room_voice_, pool_}),
      watch_(people_, voice_, room_voice_, watch_pool_) {
  if (const Status opened = lobby_.open(); !opened.ok())
    throw std::runtime_error("webim: the store does not take the lobby: " + opened.error().message);
  uses.events.add(watch_);
  if (uses.media.folder.empty()) return;
  pictures_.emplace(Pictures::Options{uses.media.folder + "/webim", uses.media.program, config.picture_size.value,
                                      config.picture_day.value, config.picture_keep},
                    uses.store, picture_pool_);
  picture_http_.emplace(*pictures_, picture_pool_, uses.media.origin);
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

void WebimPart::tick(TimePoint now) {
  if (now < swept_ + kSweepEvery) return;
  swept_ = now;
  watch_.sweep();
  if (sweeping_.exchange(true)) return;
  const Status posted = watch_pool_.post([this] { sweep(); });
  if (!posted.ok()) sweeping_ = false;
}

/// What nobody needs any more; what fails is tried again.
void WebimPart::sweep() {
  if (config_.guest_keep.count() > 0) {
    const auto looked_at = people_.drop_unused(config_.guest_keep.count(), looked_at_);
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
  if (!pictures_) return;
  const auto pictures = [&page](const char* what, std::uint64_t value) {
    page.counter("im_logic_webim_pictures_total", "Pictures of old pages, by what came of them.",
                 static_cast<double>(value), {{"outcome", what}});
  };
  pictures("kept", pictures_->stats().kept);
  pictures("refused", pictures_->stats().refused);
  pictures("failed", pictures_->stats().failed);
  pictures("served", pictures_->stats().served);
  pictures("removed", pictures_->stats().removed);
}

void WebimPart::stop() {
  picture_pool_.stop();
  watch_pool_.stop();
  pool_.stop();
}

}  // namespace im::logic::webim
