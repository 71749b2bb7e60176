#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/base/clock.hpp"
#include "common/base/repeat.hpp"
#include "logic/hooks/hook_poster.hpp"
#include "logic/hooks/hook_queue.hpp"

namespace im::logic {

/// Takes what is due from the queue to the operator's service, and again with growing pauses until it was heard or
/// given up. A thread of its own.
class HookCourier {
 public:
  struct Options {
    int tries = 12;
    int at_once = 32;
    std::int64_t lease_ms = 60'000;
    Duration every = std::chrono::milliseconds(200);
  };
  struct Stats {
    std::atomic<std::uint64_t> heard{0}, failed{0}, given_up{0};
    std::atomic<std::int64_t> waiting{0}, dead{0};  ///< in the store, some seconds old
  };
  HookCourier(HookQueue& queue, HookPoster& poster, Options options)
      : queue_(queue), poster_(poster), options_(options) {}
  ~HookCourier() { stop(); }

  void start();
  /// Waits for calls under way.
  void stop();
  /// One look at the queue; how many calls left. Blocks.
  std::size_t round();
  const Stats& stats() const { return stats_; }

  /// 1 s after the first try, twice as long after each, at most 20 minutes.
  static std::int64_t pause_ms(int tries);

 private:
  void loop();
  void on_reply(const HookCall& call, const Result<HookReply>& reply);

  HookQueue& queue_;
  HookPoster& poster_;
  const Options options_;
  Stats stats_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::size_t open_ = 0;
  bool stopping_ = false;
  Repeat failing_, dying_;
  std::thread thread_;
};

}  // namespace im::logic
