// The lease side of Control: registration, renewal, fencing, and what routers ask.

#include <algorithm>
#include <ctime>
#include <utility>

#include "comet/cluster/control.hpp"
#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::uint32_t kParts = 40;
constexpr std::chrono::milliseconds kPartEvery{50};
constexpr std::chrono::seconds kStandstill{2};  ///< the control thread looks each second

/// Goes on while the machine sleeps, as the clocks of the others do.
std::chrono::nanoseconds boot_time() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}
}  // namespace

/// A comet that stood still beyond its lease: pushes went elsewhere meanwhile, so it asks for no old place, and its
/// clients come again. A comet that ran and heard of no router is not concerned: then nobody can say that its lease is
/// over, and a router that comes back is told of everything.
void Control::notice_standstill() {
  const auto now = boot_time();
  const auto gap = now - std::exchange(looked_, now);
  if (epoch_ == 0 || lease_until_.count() == 0 || gap < kStandstill || now < lease_until_) return;
  stats_.leases_slept.add();
  log::warn("this comet stood still and its lease is over: all clients are told to come again",
            {{"seconds", gap / std::chrono::seconds(1)}});
  lease_until_ = {};
  number_ = 0;
  to_workers([](Worker& worker) { worker.close_all(CloseReason::kFenced); });
}

/// `asked`: when, by boot_time().
void Control::lease_held(std::chrono::nanoseconds asked) { lease_until_ = asked + lease_; }

void Control::register_node() {
  notice_standstill();
  NodeDescription node = config_.node;
  node.clock_us = clock_.at(monotonic_now());
  logic_->register_node(std::move(node), self(), [this, asked = boot_time()](Result<Registration> result) {
    post([this, asked, result = std::move(result)] {
      if (result.ok()) {
        lease_held(asked);
        if (result.value().clock_us > 0) clock_.heard(result.value().clock_us, monotonic_now());
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
  load.clock_us = clock_.at(monotonic_now());
  logic_->renew(config_.node.name, InstanceEpoch(epoch_.load()), load,
                [this, asked = boot_time()](Result<LeaseAnswer> answer) {
                  post([this, asked, answer = std::move(answer)] {
                    notice_standstill();
                    if (answer.ok() && answer.value().state == LeaseState::kOk && number_ != 0) lease_held(asked);
                    on_lease(answer);
                  });
                });
}

void Control::on_lease(Result<LeaseAnswer> answer) {
  if (!answer.ok()) {
    // Clients stay: the router forgets us only when the lease ends, and asks for everything when we are back.
    stats_.lease_failures.add();
    health_.set("logic", false, answer.error().message);
    after(kRetry, [this] { renew(); });
    return;
  }
  if (answer.value().clock_us > 0) clock_.heard(answer.value().clock_us, monotonic_now());
  // After a standstill this place is given up, though a router that has not noticed yet would go on with it.
  const LeaseState state = number_ == 0 ? LeaseState::kUnknown : answer.value().state;
  switch (state) {
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
