#include "logic/webim/webim_part.hpp"

#include <stdexcept>

#include "common/daemon/metrics.hpp"

namespace im::logic::webim {

namespace {

/// A line waits for its commit on its thread: as many as one transaction should gather.
constexpr BlockingPool::Options kPool{.threads = 32, .max_waiting = 4096};
constexpr BlockingPool::Options kWatchPool{.threads = 4, .max_waiting = 4096};
constexpr std::chrono::seconds kSweepEvery{30};

}  // namespace

WebimPart::WebimPart(const WebimConfig& config, Uses uses)
    : pool_(kPool),
      watch_pool_(kWatchPool),
      people_(uses.store),
      lobby_(uses.store, uses.conversations),
      voice_(uses.push.push(), uses.routers.sessions(), uses.comets.events(), people_),
      logins_(people_, pool_),
      bridge_(uses.messages),
      commands_({people_, lobby_, voice_, bridge_, uses.routers.shared(), pool_}, config.message_gap),
      lobby_commands_({people_, lobby_, voice_, uses.comets.gateway(), pool_}),
      watch_(people_, voice_, watch_pool_) {
  if (const Status opened = lobby_.open(); !opened.ok())
    throw std::runtime_error("webim: the store does not take the lobby: " + opened.error().message);
  uses.events.add(watch_);
}

void WebimPart::add_requests(RequestRouter& router) {
  commands_.add_requests(router);
  lobby_commands_.add_requests(router);
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
}

void WebimPart::stop() {
  watch_pool_.stop();
  pool_.stop();
}

}  // namespace im::logic::webim
