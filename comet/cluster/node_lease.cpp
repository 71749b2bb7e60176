#include "comet/cluster/node_lease.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::uint32_t kParts = 40;
constexpr std::chrono::milliseconds kPartEvery{50};
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

void NodeLease::register_node() {
  logic_.register_node(node_, self(), [this](Result<Registration> result) {
    control_.post([this, result = std::move(result)] {
      if (result.ok()) {
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
  return load;
}

void NodeLease::renew() {
  logic_.renew(node_.name, self().epoch, load(), [this](Result<LeaseState> state) {
    control_.post([this, state = std::move(state)] { on_lease(state); });
  });
}

void NodeLease::on_lease(const Result<LeaseState>& state) {
  if (!state.ok()) {
    // Clients stay: the router forgets us only when the lease ends, and asks for everything when we are back.
    stats_.lease_failures.add();
    health_.set("logic", false, state.error().message);
    control_.post_after(kRetry, [this] { renew(); });
    return;
  }
  switch (state.value()) {
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
