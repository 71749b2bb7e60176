#include "comet/cluster/comet_lease.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::uint32_t kParts = 40;
constexpr std::chrono::milliseconds kPartEvery{50};
}  // namespace

CometLease::CometLease(registry::Node node, Scheduler& control, LogicGateway& logic,
                       const std::vector<ShardPort*>& workers, Around around)
    : offline_(node.offline),
      weight_(node.weight),
      control_(control),
      workers_(workers),
      ips_(around.ips),
      health_(around.health),
      stats_(around.stats),
      lease_(std::make_shared<registry::NodeLease>(control, logic, std::move(node), hooks())) {
  health_.set("logic", false, "not registered yet");
}

void CometLease::start(std::function<void(bool first)> on_registered) {
  on_registered_ = std::move(on_registered);
  lease_->start();
}

void CometLease::start_draining() {
  draining_ = true;
  lease_->renew_now();
}

SessionEpoch CometLease::order_of(const ConnectAsk& login) const {
  if (!lease_->clock().known()) return {};
  const auto tie = self().number.value() * 31 + login.conn.slot();
  return SessionEpoch(login_order(lease_->clock().at(login.asked), tie));
}

registry::LeaseHooks CometLease::hooks() {
  registry::LeaseHooks hooks;
  hooks.load = [this] { return load(); };
  hooks.registered = [this](const registry::Registration& told, bool first) { on_registered(told, first); };
  hooks.renewed = [this] { health_.set("logic", true); };
  // Clients stay: the routers forget this comet only when its lease ends, and ask for everything when it is back.
  hooks.failed = [this](const Error& error) {
    if (registered()) stats_.lease_failures.add();
    health_.set("logic", false, error.message);
  };
  hooks.ended = [this](registry::LeaseEnd end) {
    (end == registry::LeaseEnd::kSlept ? stats_.leases_slept : stats_.fenced).add();
    close_all();
  };
  return hooks;
}

void CometLease::on_registered(const registry::Registration& registration, bool first) {
  stats_.registrations.add();
  health_.set("logic", true);
  // Another epoch: nobody can reach the old sessions any more, so their clients must come again.
  if (!first && !registration.kept) close_all();
  on_registered_(first);
}

registry::NodeLoad CometLease::load() const {
  registry::NodeLoad load;
  for (const ShardPort* worker : workers_) {
    const WorkerStats& stats = worker->stats();
    load.connections += static_cast<std::int64_t>(stats.connections.value());
    load.roomless +=
        static_cast<std::int64_t>(stats.sessions.value()) - static_cast<std::int64_t>(stats.roomed.value());
  }
  load.clients = static_cast<std::int64_t>(ips_.distinct());
  load.offline = offline_ || draining_;
  load.weight = weight_;
  load.draining = draining_;
  return load;
}

void CometLease::close_all() {
  log::warn("this comet's place is gone: all clients are closed and come again");
  for (ShardPort* worker : workers_) worker->close_part(CloseReason::kFenced, 0, 1);
}

void CometLease::close_part(CloseReason reason, std::uint32_t part) {
  for (ShardPort* worker : workers_) worker->close_part(reason, part, kParts);
  if (part + 1 < kParts) control_.post_after(kPartEvery, [this, reason, part] { close_part(reason, part + 1); });
}

}  // namespace im::comet
