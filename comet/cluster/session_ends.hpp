#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "comet/cluster/batch_pace.hpp"
#include "comet/cluster/control_stats.hpp"
#include "comet/logic_gateway.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// Sessions that ended and that routers have to hear of. One call at a time; what ends meanwhile rides the next one. A
/// failed call is repeated: a session of ours that is not taken out would be found by pushes until it is replaced or
/// our lease ends. Control thread, but for settled() and expect().
class SessionEnds {
 public:
  SessionEnds(Scheduler& control, LogicGateway& logic, std::function<CometInstance()> self, ControlStats& stats)
      : control_(control), logic_(logic), self_(std::move(self)), stats_(stats) {}

  /// One is on its way to add().
  void expect() { ++unsettled_; }
  void add(SessionRecord session);
  /// Nothing is waiting to be told any more.
  bool settled() const { return unsettled_.load() == 0; }

 private:
  void flush();
  std::vector<SessionRecord> next_batch();
  void on_told(std::vector<SessionRecord>& batch, const Result<Ok>& told);

  Scheduler& control_;
  LogicGateway& logic_;
  std::function<CometInstance()> self_;
  ControlStats& stats_;
  std::atomic<std::int64_t> unsettled_{0};
  std::deque<SessionRecord> ended_;
  BatchPace pace_{1000};
  bool in_flight_ = false;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::comet
