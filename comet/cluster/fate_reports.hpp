#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "comet/logic_gateway.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// What became of pushes that somebody asks about, on its way to logic. The parts of a push come one by one and are
/// added up here, so what is told is always the whole so far and may be told twice. One call at a time. Bounded: the
/// oldest pushes are forgotten, and what comes of them later is not told. Control thread.
class FateReports {
 public:
  FateReports(Scheduler& control, LogicGateway& logic, std::function<CometInstance()> self)
      : control_(control), logic_(logic), self_(std::move(self)) {}

  void add(const std::string& name, const FateCounts& counts);
  std::size_t size() const { return fates_.size(); }

  static constexpr std::size_t kMost = 10'000;
  static constexpr std::size_t kMostPerCall = 1000;

 private:
  void forget_old();
  void flush_later(Duration wait);
  void flush();
  void on_told(const std::vector<FateReport>& told, bool taken);

  struct Fate {
    FateCounts counts;
    TimePoint first;  ///< when the push was first heard of
  };
  Scheduler& control_;
  LogicGateway& logic_;
  std::function<CometInstance()> self_;
  std::unordered_map<std::string, Fate> fates_;
  std::deque<std::string> oldest_;  ///< names of fates_, in the order in which they came
  std::set<std::string> untold_;    ///< names whose counts changed since they were told
  bool waiting_ = false;            ///< a timer runs, or a call
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::comet
