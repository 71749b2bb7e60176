// The lease side of Control: registration, renewal, fencing, and what routers ask.

#include <algorithm>
#include <utility>

#include "comet/cluster/control.hpp"
#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::uint32_t kParts = 40;
constexpr std::chrono::milliseconds kPartEvery{50};
}  // namespace

void Control::register_node() {
  logic_->register_node(config_.node, self(), [this](Result<Registration> result) {
    post([this, result = std::move(result)] {
      if (result.ok()) {
        on_registered(result.value());
        return;
      }
      if (result.error().code == Error::Code::kConflict && !std::exchange(name_taken_, true))
        log::error("this comet serves nobody", {{"why", result.error().message}});
      health_.set("logic", false, result.error().message);
      after(kRetry, [this] { register_node(); });
    });
  });
}

void Control::on_registered(const Registration& registration) {
  name_taken_ = false;
  const bool first = epoch_ == 0;
  number_ = registration.self.number.value();
  epoch_ = registration.self.epoch.value();
  lease_ = registration.lease;
  stats_.registrations.add();
  log::info("registered", {{"number", number_.load()}, {"epoch", epoch_.load()}, {"kept", registration.kept}});
  health_.set("logic", true);
  if (!first && !registration.kept) {
    // Another epoch: nobody can reach the old sessions any more, so their clients must come again.
    to_workers([](Worker& worker) { worker.close_all(CloseReason::kFenced); });
  }
  totals_versions_.clear();
  after(lease_ / 3, [this] { renew(); });
  if (first) first_registration_();
}

void Control::renew() {
  NodeLoad load;
  for (const Worker* worker : workers_) {
    const WorkerStats& stats = worker->stats();
    load.connections += static_cast<std::int64_t>(stats.connections.value());
    load.roomless +=
        static_cast<std::int64_t>(stats.sessions.value()) - static_cast<std::int64_t>(stats.roomed.value());
  }
  load.addresses = static_cast<std::int64_t>(ips_.distinct());
  load.offline = config_.node.offline || draining_;
  load.weight = config_.node.weight;
  load.draining = draining_;
  logic_->renew(config_.node.name, InstanceEpoch(epoch_.load()), load,
                [this](Result<LeaseState> state) { post([this, state = std::move(state)] { on_lease(state); }); });
}

void Control::on_lease(Result<LeaseState> state) {
  if (!state.ok()) {
    // Clients stay: the router forgets us only when the lease ends, and asks for everything when we are back.
    stats_.lease_failures.add();
    health_.set("logic", false, state.error().message);
    after(kRetry, [this] { renew(); });
    return;
  }
  switch (state.value()) {
    case LeaseState::kOk:
      health_.set("logic", true);
      if (!draining_) after(lease_ / 3, [this] { renew(); });
      break;
    case LeaseState::kUnknown:
      log::warn("lease lost, registering again");
      register_node();
      break;
    case LeaseState::kFenced:
      stats_.fenced.add();
      log::warn("fenced: another instance has this node's name; all clients are told to reconnect");
      to_workers([](Worker& worker) { worker.close_all(CloseReason::kFenced); });
      number_ = 0;
      register_node();
      break;
  }
}

void Control::close_missed() {
  log::warn("pushes for this comet were dropped; all clients are told to come again");
  post([this] { close_part(CloseReason::kMissed, 0); });
}

void Control::lease_ended() {
  log::warn("the cluster has given this comet up: its lease is over; all clients are told to come again");
  post([this] { close_part(CloseReason::kFenced, 0); });
}

void Control::close_part(CloseReason reason, std::uint32_t part) {
  to_workers([reason, part](Worker& worker) { worker.close_part(reason, part, kParts); });
  if (part + 1 < kParts) after(kPartEvery, [this, reason, part] { close_part(reason, part + 1); });
}

void Control::snapshot(SlotSet slots, std::function<void(Holdings)> done) {
  post([this, slots, done = std::move(done)]() mutable {
    stats_.snapshots.add();
    auto holdings = std::make_shared<Holdings>();
    auto missing = std::make_shared<std::size_t>(workers_.size());
    for (Worker* worker : workers_) {
      worker->post([this, slots, holdings, missing, done](Worker& w) {
        auto part = w.sessions(slots);
        post([this, slots, holdings, missing, done, part = std::move(part)]() mutable {
          std::move(part.begin(), part.end(), std::back_inserter(holdings->sessions));
          if (--*missing > 0) return;
          passed_ += holdings->sessions.size();
          holdings->rooms = rooms_.snapshot(slots);
          done(std::move(*holdings));
        });
      });
    }
  });
}

}  // namespace im::comet
