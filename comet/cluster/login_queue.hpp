#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "comet/cluster/control_stats.hpp"
#include "comet/cluster/flight_window.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// Logins on their way to logic: as many at a time as it answers in time (FlightWindow), the others wait in the order
/// of their asking (they are bounded by the connections). A login whose client has left is given up; one that is under
/// way only when no answer comes, since an answer that crosses the cancellation is lost, and with it the name of the
/// session that is to be ended. Control thread.
class LoginQueue {
 public:
  /// How long the answer to a login is waited for when its client has left: 100 times what a login takes. One that
  /// takes longer is cancelled, so that logic sends nobody away for its sake.
  static constexpr std::chrono::milliseconds kPatience{100};

  /// `lost`: no answer came to the login of this order; it may have made a session.
  LoginQueue(FlightWindow::Rules rules, Scheduler& control, LogicGateway& logic, const std::vector<ShardPort*>& workers,
             ControlStats& stats, std::function<void(SessionEpoch)> lost)
      : window_(rules), control_(control), logic_(logic), workers_(workers), stats_(stats), lost_(std::move(lost)) {}

  void add(ConnectAsk ask);
  void abandon(ConnId conn);
  bool idle() const { return waiting_.empty(); }
  std::size_t window() const { return window_.size(); }
  /// Logins that were answered since the start.
  std::size_t answered() const { return answered_; }

 private:
  struct UnderWay {
    std::function<void()> cancel;
    bool abandoned = false;
  };
  void next();
  void cancel(ConnId conn);
  void on_answer(const ConnectAsk& ask, TimePoint begun, TimePoint ended, const Result<ConnectGrant>& result);
  void count(const Result<ConnectGrant>& result, bool abandoned);
  void kick_replaced(const std::vector<ConnId>& replaced, CloseReason why);

  FlightWindow window_;
  Scheduler& control_;
  LogicGateway& logic_;
  const std::vector<ShardPort*>& workers_;
  ControlStats& stats_;
  const std::function<void(SessionEpoch)> lost_;

  std::map<std::uint64_t, ConnectAsk> waiting_;             ///< by their number, in order
  std::unordered_map<std::uint64_t, std::uint64_t> turns_;  ///< numbers of those that wait, by ConnId
  std::uint64_t last_turn_ = 0;
  std::unordered_map<std::uint64_t, UnderWay> under_way_;  ///< calls to logic, by ConnId
  std::size_t in_flight_ = 0;
  std::size_t answered_ = 0;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::comet
