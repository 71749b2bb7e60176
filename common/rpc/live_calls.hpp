#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace im::rpc {

/// Counts the streams and calls that gRPC still knows, so that whoever owns what they point to can wait. Any thread.
class LiveCalls {
 public:
  void begin() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  /// False: some are still there.
  bool wait(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, patience, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

}  // namespace im::rpc
