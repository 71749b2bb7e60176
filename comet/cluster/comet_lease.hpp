#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "comet/cluster/control_stats.hpp"
#include "comet/edge/ip_table.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/cluster_clock.hpp"
#include "common/base/scheduler.hpp"
#include "common/daemon/health.hpp"
#include "common/registry/node_lease.hpp"

namespace im::comet {

/// This comet's place in the registry, and what becomes of the clients when the place is somebody else's. The lease is
/// renewed on a thread that does nothing else (`lane`): a wave of logins may keep the control thread busy for longer
/// than a lease lasts. Everything else here is of the control thread, but for self() and registered().
class CometLease {
 public:
  /// What is asked for the load and told of the state.
  struct Around {
    const IpTable& ips;
    Health& health;
    ControlStats& stats;
  };
  /// The threads that it lives on; in tests they may be one.
  struct Threads {
    Scheduler& control;
    Scheduler& lane;
  };
  CometLease(registry::Node node, Threads threads, LogicGateway& logic, const std::vector<ShardPort*>& workers,
             Around around);

  /// `on_registered`: at each registration, on the control thread; `first` = clients may be let in.
  void start(std::function<void(bool first)> on_registered);
  void start_draining();
  CometInstance self() const { return lease_->self(); }
  bool registered() const { return lease_->registered(); }
  std::chrono::milliseconds lease() const { return length_; }

  /// By when it was asked, in the cluster's clock; 0 while that is not known (docs/decisions/0018).
  SessionEpoch order_of(const ConnectAsk& login) const;

  /// Closes every client with a reason that makes it come again, in portions over two seconds.
  void close_in_parts(CloseReason reason) { close_part(reason, 0); }

 private:
  registry::LeaseHooks hooks();
  void on_registered(const registry::Registration& registration, bool first, const ClusterClock& clock);
  void close_all();
  void close_part(CloseReason reason, std::uint32_t part);
  registry::NodeLoad load() const;

  const bool offline_;
  const std::int64_t weight_;
  Scheduler& control_;
  Scheduler& lane_;
  const std::vector<ShardPort*>& workers_;
  const IpTable& ips_;
  Health& health_;
  ControlStats& stats_;
  std::function<void(bool first)> on_registered_;
  std::atomic<bool> draining_{false};
  std::chrono::milliseconds length_{10000};
  ClusterClock clock_;  ///< as the last answer of the registry left it
  std::shared_ptr<registry::NodeLease> lease_;
};

}  // namespace im::comet
