#include "comet/cluster/comet_lease.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::uint32_t kParts = 40;
constexpr std::chrono::milliseconds kPartEvery{50};
}  // namespace

CometLease::CometLease(registry::Node node, Threads threads, LogicGateway& logic,
                       const std::vector<ShardPort*>& workers, Around around)
    : offline_(node.offline),
      weight_(node.weight),
      control_(threads.control),
      lane_(threads.lane),
      workers_(workers),
      ips_(around.ips),
      health_(around.health),
      stats_(around.stats),
      lease_(std::make_shared<registry::NodeLease>(threads.lane, logic, std::move(node), hooks())) {
  health_.set("logic", false, "not registered yet");
}

void CometLease::start(std::function<void(bool first)> on_registered) {
  on_registered_ = std::move(on_registered);
  lane_.post([lease = lease_] { lease->start(); });
}

void CometLease::start_draining() {
  draining_ = true;
  lane_.post([lease = lease_] { lease->renew_now(); });
}

SessionEpoch CometLease::order_of(const ConnectAsk& login) const {
  if (!clock_.known()) return {};
  const auto tie = self().number.value() * 31 + login.conn.slot();
  return SessionEpoch(login_order(clock_.at(login.asked), tie));
}

/// They run on the lane. Clients whose place is gone are closed from there, whatever the control thread has to do.
registry::LeaseHooks CometLease::hooks() {
  registry::LeaseHooks hooks;
  hooks.load = [this] { return load(); };
  // Another epoch: nobody can reach the old sessions any more, so their clients must come again. Who logs in under the
  // new one is not meant: workers hear of it behind this.
  hooks.displaced = [this] { close_all(); };
  hooks.registered = [this](const registry::Registration& told, bool first) {
    control_.post([this, told, first, clock = lease_->clock()] { on_registered(told, first, clock); });
  };
  hooks.renewed = [this] {
    control_.post([this, clock = lease_->clock()] {
      clock_ = clock;
      health_.set("logic", true);
    });
  };
  // Clients stay: the routers forget this comet only when its lease ends, and ask for everything when it is back.
  hooks.failed = [this](const Error& error) {
    control_.post([this, error] {
      if (registered()) stats_.lease_failures.add();
      health_.set("logic", false, error.message);
    });
  };
  hooks.ended = [this](registry::LeaseEnd end) {
    close_all();
    control_.post([this, end] { (end == registry::LeaseEnd::kSlept ? stats_.leases_slept : stats_.fenced).add(); });
  };
  return hooks;
}

void CometLease::on_registered(const registry::Registration& registration, bool first, const ClusterClock& clock) {
  clock_ = clock;
  length_ = registration.lease;
  stats_.registrations.add();
  health_.set("logic", true);
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
