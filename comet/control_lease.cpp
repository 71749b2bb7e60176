// The lease side of Control: registration, renewal, fencing, restore.

#include <algorithm>
#include <utility>

#include "comet/control.hpp"
#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::size_t kSessionsPerRestore = 1000;
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
  if (!first && registration.kept) {
    restore();
  } else if (!first) {
    // Another epoch: nobody can reach the old sessions any more, so their clients must come again.
    to_workers([](Worker& worker) { worker.close_all(CloseReason::kFenced); });
  }
  totals_version_ = 0;
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

/// The router lost its memory: tell it what this comet holds, workers first, then in portions.
void Control::restore() {
  stats_.restores.add();
  auto sessions = std::make_shared<std::vector<SessionRecord>>();
  auto missing = std::make_shared<std::size_t>(workers_.size());
  for (Worker* worker : workers_) {
    worker->post([this, sessions, missing](Worker& w) {
      post([this, sessions, missing, part = w.sessions()]() mutable {
        std::move(part.begin(), part.end(), std::back_inserter(*sessions));
        if (--*missing == 0) send_restore(sessions, 0);
      });
    });
  }
}

void Control::send_restore(std::shared_ptr<std::vector<SessionRecord>> sessions, std::size_t from) {
  const std::size_t to = std::min(from + kSessionsPerRestore, sessions->size());
  const bool last = to == sessions->size();
  std::vector<SessionRecord> part(sessions->begin() + static_cast<std::ptrdiff_t>(from),
                                  sessions->begin() + static_cast<std::ptrdiff_t>(to));
  logic_->restore(self(), std::move(part), last ? rooms_.snapshot() : std::vector<RoomPresence>{}, last,
                  [this, sessions, from, to, last](Result<Ok> result) {
                    post([this, sessions, from, to, last, ok = result.ok()] {
                      if (!ok) {
                        after(kRetry, [this, sessions, from] { send_restore(sessions, from); });
                      } else if (!last) {
                        send_restore(sessions, to);
                      } else {
                        log::info("restored", {{"sessions", sessions->size()}});
                      }
                    });
                  });
}

}  // namespace im::comet
