#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "comet/cluster/batch_pace.hpp"
#include "comet/cluster/comet_lease.hpp"
#include "comet/cluster/control_stats.hpp"
#include "comet/cluster/online_counts.hpp"
#include "comet/cluster/room_directory.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/repeat.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// What routers are told of this comet's rooms: the first and the last member, and each second how many there are.
/// Joins are answered when the router knows the room. Control thread.
class RoomReporter {
 public:
  RoomReporter(Duration linger, Scheduler& control, LogicGateway& logic, const std::vector<ShardPort*>& workers,
               const CometLease& lease, Health& health, ControlStats& stats)
      : control_(control),
        logic_(logic),
        workers_(workers),
        lease_(lease),
        health_(health),
        stats_(stats),
        directory_(linger) {}

  void joined(std::uint8_t worker, const std::string& room);
  void left(std::uint8_t worker, const std::string& room);
  void on_second();
  /// Another registration: totals are asked for from the beginning.
  void start_anew() { totals_versions_.clear(); }
  std::vector<RoomPresence> snapshot(const SlotSet& slots) { return directory_.snapshot(slots); }

 private:
  void flush();
  void on_told(const Result<Ok>& told, std::size_t size);
  bool update_failed(const Error& why, std::size_t size);
  void ready(const std::vector<RoomDirectory::Waiter>& waiters);
  void collect_counts();
  void report();
  void on_totals(const CountReport& report, const Result<OnlineTotals>& totals);

  Scheduler& control_;
  LogicGateway& logic_;
  const std::vector<ShardPort*>& workers_;
  const CometLease& lease_;
  Health& health_;
  ControlStats& stats_;

  RoomDirectory directory_;
  OnlineCounts counts_;
  BatchPace pace_{1000};
  bool stuck_ = false;  ///< readiness says so
  bool report_in_flight_ = false;
  Repeat reports_failed_;
  TotalsVersions totals_versions_;
  int seconds_ = 0;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::comet
