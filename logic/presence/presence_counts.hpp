#pragma once

#include <atomic>
#include <cstdint>

#include "logic/events/slot_event.hpp"

namespace im::logic {

/// Counts what routers tell of users: the first reader of slot events. Any thread may read the counts.
class PresenceCounts final : public SlotEventSink {
 public:
  struct Stats {
    std::atomic<std::uint64_t> online{0}, offline{0}, slots_begun{0}, slots_known{0};
  };
  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  const Stats& stats() const { return stats_; }

 private:
  Stats stats_;
};

}  // namespace im::logic
