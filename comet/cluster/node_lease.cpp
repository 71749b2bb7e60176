#include "comet/cluster/node_lease.hpp"

#include <ctime>
#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::uint32_t kParts = 40;
constexpr std::chrono::milliseconds kPartEvery{50};
constexpr std::chrono::seconds kStandstill{2};  // the control thread looks each second

/// Goes on while the machine sleeps, as the clocks of the others do.
std::chrono::nanoseconds boot_time() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}
}  // namespace

NodeLease::NodeLease(NodeDescription node, Scheduler& control, LogicGateway& logic,
                     const std::vector<ShardPort*>& workers, const IpTable& ips, Health& health, ControlStats& stats)
    : node_(std::move(node)),
      control_(control),
      logic_(logic),
      workers_(workers),
      ips_(ips),
      health_(health),
      stats_(stats) {
  health_.set("logic", false, "not registered yet");
}

void NodeLease::start(std::function<void(bool first)> on_registered) {
  on_registered_ = std::move(on_registered);
  register_node();
}

void NodeLease::start_draining() {
  draining_ = true;
  renew();
}

SessionEpoch NodeLease::order_of(const ConnectAsk& login) const {
  if (!clock_.known()) return {};
  const auto tie = number_.load() * 31 + static_cast<std::uint32_t>(login.conn.slot());
  return SessionEpoch(login_order(clock_.at(login.asked), tie));
}

/// A comet that stood still beyond its lease: pushes went elsewhere meanwhile, so it asks for no old place, and its
/// clients come again. A comet that ran and heard of no router is not concerned: then nobody can say that its lease is
/// over, and a router that comes back is told of everything.
void NodeLease::notice_standstill() {
  const auto now = boot_time();
  const auto gap = now - std::exchange(looked_, now);
  if (!registered() || lease_until_.count() == 0 || gap < kStandstill || now < lease_until_) return;
  stats_.leases_slept.add();
  log::warn("this comet stood still and its lease is over: all clients are told to come again",
            {{"seconds", gap / std::chrono::seconds(1)}});
  lease_until_ = {};
  number_ = 0;
  for (ShardPort* worker : workers_) worker->close_part(CloseReason::kFenced, 0, 1);
}

/// `asked`: when, by boot_time().
void NodeLease::lease_held(std::chrono::nanoseconds asked) { lease_until_ = asked + lease_; }

void NodeLease::register_node() {
  notice_standstill();
  NodeDescription node = node_;
  node.clock_us = clock_.at(control_.now());
  logic_.register_node(std::move(node), self(), [this, asked = boot_time()](Result<Registration> result) {
    control_.post([this, asked, result = std::move(result)] {
      if (result.ok()) {
        lease_held(asked);
        if (result.value().clock_us > 0) clock_.heard(result.value().clock_us, control_.now());
        on_registered(result.value());
        return;
      }
      if (result.error().code == Error::Code::kConflict && !std::exchange(name_taken_, true))
        log::error("this comet serves nobody", {{"why", result.error().message}});
      health_.set("logic", false, result.error().message);
      control_.post_after(kRetry, [this] { register_node(); });
    });
  });
}

void NodeLease::on_registered(const Registration& registration) {
  name_taken_ = false;
  const bool first = !registered();
  number_ = registration.self.number.value();
  epoch_ = registration.self.epoch.value();
  lease_ = registration.lease;
  stats_.registrations.add();
  log::info("registered", {{"number", number_.load()}, {"epoch", epoch_.load()}, {"kept", registration.kept}});
  health_.set("logic", true);
  if (!first && !registration.kept) {
    // Another epoch: nobody can reach the old sessions any more, so their clients must come again.
    for (ShardPort* worker : workers_) worker->close_part(CloseReason::kFenced, 0, 1);
  }
  control_.post_after(lease_ / 3, [this] { renew(); });
  on_registered_(first);
}

NodeLoad NodeLease::load() const {
  NodeLoad load;
  for (const ShardPort* worker : workers_) {
    const WorkerStats& stats = worker->stats();
    load.connections += static_cast<std::int64_t>(stats.connections.value());
    load.roomless +=
        static_cast<std::int64_t>(stats.sessions.value()) - static_cast<std::int64_t>(stats.roomed.value());
  }
  load.addresses = static_cast<std::int64_t>(ips_.distinct());
  load.offline = node_.offline || draining_;
  load.weight = node_.weight;
  load.draining = draining_;
  load.clock_us = clock_.at(control_.now());
  return load;
}

void NodeLease::renew() {
  logic_.renew(node_.name, self().epoch, load(), [this, asked = boot_time()](Result<LeaseAnswer> answer) {
    control_.post([this, asked, answer = std::move(answer)] {
      notice_standstill();
      if (answer.ok() && answer.value().state == LeaseState::kOk && number_ != 0) lease_held(asked);
      on_lease(answer);
    });
  });
}

void NodeLease::on_lease(const Result<LeaseAnswer>& answer) {
  if (!answer.ok()) {
    // Clients stay: the router forgets us only when the lease ends, and asks for everything when we are back.
    stats_.lease_failures.add();
    health_.set("logic", false, answer.error().message);
    control_.post_after(kRetry, [this] { renew(); });
    return;
  }
  if (answer.value().clock_us > 0) clock_.heard(answer.value().clock_us, control_.now());
  // After a standstill this place is given up, though a router that has not noticed yet would go on with it.
  const LeaseState state = number_ == 0 ? LeaseState::kUnknown : answer.value().state;
  switch (state) {
    case LeaseState::kOk:
      health_.set("logic", true);
      if (!draining_) control_.post_after(lease_ / 3, [this] { renew(); });
      break;
    case LeaseState::kUnknown:
      log::warn("lease lost, registering again");
      register_node();
      break;
    case LeaseState::kFenced:
      stats_.fenced.add();
      log::warn("fenced: another instance has this node's name; all clients are told to reconnect");
      for (ShardPort* worker : workers_) worker->close_part(CloseReason::kFenced, 0, 1);
      number_ = 0;
      register_node();
      break;
  }
}

void NodeLease::close_part(CloseReason reason, std::uint32_t part) {
  for (ShardPort* worker : workers_) worker->close_part(reason, part, kParts);
  if (part + 1 < kParts) control_.post_after(kPartEvery, [this, reason, part] { close_part(reason, part + 1); });
}

}  // namespace im::comet
