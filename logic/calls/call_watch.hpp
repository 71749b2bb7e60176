#pragma once

#include <atomic>
#include <mutex>

#include "common/base/blocking_pool.hpp"
#include "common/base/repeat.hpp"
#include "logic/calls/call_book.hpp"
#include "logic/calls/call_delivery.hpp"
#include "logic/events/slot_event.hpp"

namespace im::logic {

/// What the routers tell of calls: events of timers and those that nobody confirmed are delivered, ended calls go into
/// the books. The router tells a call again until both are confirmed, so nothing waits for it here.
class CallWatch final : public SlotEventSink {
 public:
  struct Stats {
    std::atomic<std::uint64_t> told{0}, logged{0}, failed{0};
  };
  CallWatch(CallTable& calls, CallDelivery& delivery, CallBook& book, BlockingPool& pool)
      : calls_(calls), delivery_(delivery), book_(book), pool_(pool) {}
  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override;
  const Stats& stats() const { return stats_; }

 private:
  void take(const std::string& told);
  void write(const im::calls::Record& record);

  CallTable& calls_;
  CallDelivery& delivery_;
  CallBook& book_;
  BlockingPool& pool_;
  Stats stats_;
  std::mutex mutex_;
  Repeat failing_;
};

}  // namespace im::logic
