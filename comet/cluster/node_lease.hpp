#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "comet/cluster/control_stats.hpp"
#include "comet/edge/ip_table.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/cluster_clock.hpp"
#include "common/base/scheduler.hpp"
#include "common/daemon/health.hpp"

namespace im::comet {

/// This comet's place in the registry: registers until it has a number and an epoch, renews the lease, and closes the
/// clients when the place is somebody else's. Control thread, but for self().
class NodeLease {
 public:
  NodeLease(NodeDescription node, Scheduler& control, LogicGateway& logic, const std::vector<ShardPort*>& workers,
            const IpTable& ips, Health& health, ControlStats& stats);

  /// `on_registered`: at each registration; `first` = clients may be let in.
  void start(std::function<void(bool first)> on_registered);
  void start_draining();
  CometInstance self() const { return {CometNumber(number_.load()), InstanceEpoch(epoch_.load())}; }
  bool registered() const { return epoch_.load() != 0; }
  std::chrono::milliseconds lease() const { return lease_; }

  /// By when it was asked, in the cluster's clock; 0 while that is not known (docs/decisions/0018).
  SessionEpoch order_of(const ConnectAsk& login) const;
  void on_second() { notice_standstill(); }

  /// Every client is told to come again, in portions over two seconds.
  void close_in_parts(CloseReason reason) { close_part(reason, 0); }

 private:
  void register_node();
  void on_registered(const Registration& registration);
  void renew();
  void on_lease(const Result<LeaseAnswer>& answer);
  void notice_standstill();
  void lease_held(std::chrono::nanoseconds asked);
  void close_part(CloseReason reason, std::uint32_t part);
  NodeLoad load() const;

  NodeDescription node_;
  Scheduler& control_;
  LogicGateway& logic_;
  const std::vector<ShardPort*>& workers_;
  const IpTable& ips_;
  Health& health_;
  ControlStats& stats_;

  std::function<void(bool first)> on_registered_;
  std::atomic<std::uint32_t> number_{0};
  std::atomic<std::uint64_t> epoch_{0};
  std::chrono::milliseconds lease_{10000};
  ClusterClock clock_;  ///< orders the logins of this comet
  // Both by CLOCK_BOOTTIME, which goes on while the machine sleeps:
  std::chrono::nanoseconds lease_until_{0};
  std::chrono::nanoseconds looked_{0};
  bool draining_ = false;
  bool name_taken_ = false;  ///< told once until the name is ours
};

}  // namespace im::comet
