#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "comet/cluster/control_stats.hpp"
#include "comet/logic_gateway.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// Logins whose answer did not come: logic died, was too slow, or the call was cancelled while its answer was on the
/// way. They may have made sessions, which nobody here can name but by the order of the login. Gathered, because
/// routers look through all their sessions for them, and told twice: soon, and when a router that stood still carries
/// few of them out any more (docs/decisions/0087). In calls of their own, one at a time, so that no end of a session
/// waits for them; what cannot be told is left to the slow pass of the routers. Control thread.
class LostLogins {
 public:
  static constexpr std::chrono::milliseconds kGather{500};  ///< between two calls, too
  static constexpr std::chrono::seconds kLate{5};           ///< logic's calls to routers end within 2 s
  static constexpr std::size_t kMost = 1000;                ///< told at a time
  static constexpr std::size_t kMostKept = 20'000;
  static constexpr int kTries = 5;  ///< of a call

  LostLogins(Scheduler& control, LogicGateway& logic, std::function<CometInstance()> self, ControlStats& stats)
      : control_(control), logic_(logic), self_(std::move(self)), stats_(stats) {}

  void add(SessionEpoch order);

 private:
  struct Batch {
    std::vector<SessionEpoch> orders;
    bool again = false;  ///< to be told a second time
    int tries = 0;
  };
  struct Later {
    SessionEpoch order;
    TimePoint due;
  };

  void plan();
  void tell_some();
  Batch next();
  void on_told(Batch batch, bool told);

  Scheduler& control_;
  LogicGateway& logic_;
  const std::function<CometInstance()> self_;
  ControlStats& stats_;
  std::deque<SessionEpoch> soon_;
  std::deque<Later> late_;
  std::optional<Batch> failed_;
  bool planned_ = false, in_flight_ = false;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::comet
