#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "common/base/scheduler.hpp"
#include "router/state/comet_snapshots.hpp"
#include "router/state/rebuilder.hpp"
#include "router/state/router_state.hpp"

namespace im::router {

struct CompareStats {
  std::atomic<std::uint64_t> digests{0}, failed{0}, checks{0};
};

/// The slow pass: asks each comet now and then for the sums of what it holds, and has the slots that stay different
/// checked: sessions that the comet does not have go, those that only the comet has come back. Whatever made the two
/// differ is mended within a minute. Domain thread.
class Comparer : public std::enable_shared_from_this<Comparer> {
 public:
  static constexpr std::chrono::seconds kEvery{15};

  Comparer(Scheduler& scheduler, RouterState& state, CometSnapshots& comets, Rebuilder& rebuilder)
      : scheduler_(scheduler), state_(state), comets_(comets), rebuilder_(rebuilder) {}
  void start();
  void stop() { stopped_ = true; }
  const CompareStats& stats() const { return stats_; }

 private:
  void pass();
  void ask(const NodeRow& comet);
  void judge(CometInstance comet, const std::vector<std::uint64_t>& theirs);

  Scheduler& scheduler_;
  RouterState& state_;
  CometSnapshots& comets_;
  Rebuilder& rebuilder_;
  std::map<CometInstance, SlotSet> different_;  ///< at the last look
  bool stopped_ = false;
  CompareStats stats_;
};

}  // namespace im::router
