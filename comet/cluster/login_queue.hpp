#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include "comet/cluster/control_stats.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// Logins on their way to logic: so many at a time, the others wait (they are bounded by the connections). A login
/// whose client has left is given up. Control thread.
class LoginQueue {
 public:
  LoginQueue(std::size_t max_in_flight, Scheduler& control, LogicGateway& logic, const std::vector<ShardPort*>& workers,
             ControlStats& stats)
      : max_in_flight_(max_in_flight), control_(control), logic_(logic), workers_(workers), stats_(stats) {}

  void add(ConnectAsk ask);
  void abandon(ConnId conn);
  bool idle() const { return waiting_.empty(); }
  /// Logins that were answered since the start.
  std::size_t answered() const { return answered_; }

 private:
  struct UnderWay {
    std::function<void()> cancel;
    bool abandoned = false;
  };
  void next();
  void on_answer(const ConnectAsk& ask, const Result<ConnectGrant>& result);
  void count(const Result<ConnectGrant>& result, bool abandoned);
  void kick_replaced(const std::vector<ConnId>& replaced);

  std::size_t max_in_flight_;
  Scheduler& control_;
  LogicGateway& logic_;
  const std::vector<ShardPort*>& workers_;
  ControlStats& stats_;

  std::deque<ConnectAsk> waiting_;
  std::unordered_map<std::uint64_t, UnderWay> under_way_;  ///< calls to logic, by ConnId
  std::size_t in_flight_ = 0;
  std::size_t answered_ = 0;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::comet
