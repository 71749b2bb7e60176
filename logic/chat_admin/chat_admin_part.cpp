#include "logic/chat_admin/chat_admin_part.hpp"

#include <chrono>

#include "common/base/log.hpp"
#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

constexpr BlockingPool::Options kPool{.threads = 4, .max_waiting = 256};
constexpr std::chrono::minutes kBetweenRounds{10};

}  // namespace

ChatAdminPart::ChatAdminPart(const StoreConfig& config, Uses uses)
    : pool_(kPool),
      groups_(uses.store, {}),
      list_(uses.store),
      eraser_(uses.store, groups_),
      group_admin_({pool_, list_, groups_, uses.tell}),
      user_admin_({pool_, eraser_, groups_, uses.tell, uses.end, uses.erase_media}),
      keeping_{config.keep_p2p_days, config.keep_group_days, config.keep_room_days},
      retention_(uses.store, keeping_) {}

void ChatAdminPart::add_routes(const Ports& ports) {
  group_admin_.add_routes(ports.ops);
  user_admin_.add_routes(ports.ops);
}

void ChatAdminPart::add_metrics(MetricsPage& page) const {
  page.counter("im_logic_store_expired_rows_total", "Rows that were older than they are kept.",
               static_cast<double>(retention_.removed()));
}

void ChatAdminPart::tick(TimePoint now) {
  if (!keeping_.any() || now < next_round_ || sweeping_.exchange(true)) return;
  next_round_ = now + kBetweenRounds;
  const auto posted = pool_.post([this] {
    const auto done = retention_.round();
    if (!done.ok()) log::warn("old rows cannot be taken away, trying again", {{"why", done.error().message}});
    sweeping_ = false;
  });
  if (!posted.ok()) sweeping_ = false;
}

void ChatAdminPart::stop() {
  retention_.stop();
  pool_.stop();
}

}  // namespace im::logic
