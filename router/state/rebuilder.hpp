#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "common/base/scheduler.hpp"
#include "router/state/comet_snapshots.hpp"
#include "router/state/router_state.hpp"

namespace im::router {

struct RebuildStats {
  std::atomic<std::uint64_t> asked{0}, failed{0}, restored{0}, dropped{0};
};

/// Asks comets twice what they hold in slots this router has taken, until RouterState::rebuild() is satisfied. Some
/// seconds later, when every login under way has reached its comet, it asks once more: what the store named and no
/// comet does is removed. Domain thread.
class Rebuilder : public std::enable_shared_from_this<Rebuilder> {
 public:
  /// `login`: how long a login may be under way between router and comet.
  Rebuilder(Scheduler& scheduler, RouterState& state, CometSnapshots& comets, std::chrono::milliseconds login);
  void start() { tick(); }
  void stop() { stopped_ = true; }
  bool busy() const { return audits_ > 0 || state_.rebuild().open() > 0; }
  /// Asks a comet once more what it holds in these slots; sessions that it does not name and that are not under way are
  /// removed, others restored.
  void check(CometInstance comet, const SlotSet& slots);
  const RebuildStats& stats() const { return stats_; }

 private:
  void tick();
  void ask(const Rebuild::Ask& ask, std::function<void(bool)> done);
  void look_again(const Rebuild::Ask& ask);
  void audit(const Rebuild::Ask& ask);
  void remember();
  std::string address_of(CometInstance comet) const;

  Scheduler& scheduler_;
  RouterState& state_;
  CometSnapshots& comets_;
  const std::chrono::milliseconds login_;
  std::size_t audits_ = 0;  ///< to come
  bool remembering_ = false;
  bool stopped_ = false;
  RebuildStats stats_;
};

}  // namespace im::router
