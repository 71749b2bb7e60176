#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "logic/events/slot_event.hpp"
#include "logic/hooks/hook_queue.hpp"

namespace im::logic {

/// "user.connect" and "user.disconnect" for the operator's service: who is online is compared with what it believes, so
/// each change is one event, whichever logic sees it and however often. Any thread.
class UserTransitions final : public SlotEventSink {
 public:
  /// `delay`: who is back within it has not been gone.
  UserTransitions(store::Store& store, SessionDirectory& directory, Duration delay)
      : store_(store), directory_(directory), delay_(delay) {}

  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  /// Asks where those are who are due, and writes what has changed. Never blocks.
  void tick(TimePoint now);
  /// Looks at everybody who is believed to be online: for those who went while no logic listened. Blocks.
  void sweep(TimePoint now);

 private:
  static constexpr std::size_t kMost = 200'000;  ///< users who wait
  static constexpr std::size_t kRound = 1000;

  void mark(Uid uid, TimePoint due);
  void write(std::vector<std::pair<Uid, bool>> states);

  store::Store& store_;
  SessionDirectory& directory_;
  const Duration delay_;
  std::mutex mutex_;
  std::map<Uid, TimePoint> due_;
};

}  // namespace im::logic
