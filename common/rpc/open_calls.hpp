#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace im::rpc {

/// Calls under way and how to give each up, so that whoever owns what their callbacks point to can end. Any thread.
class OpenCalls {
 public:
  /// 0: no more calls, cancel() has been called.
  std::uint64_t begin() {
    const std::lock_guard lock(mutex_);
    if (closing_) return 0;
    calls_.emplace(++last_, nullptr);
    return last_;
  }
  /// How to give the call up; it may have ended already.
  void started(std::uint64_t call, std::function<void()> give_up) {
    std::unique_lock lock(mutex_);
    const auto found = calls_.find(call);
    if (found == calls_.end()) return;
    if (!closing_) {
      found->second = std::move(give_up);
      return;
    }
    lock.unlock();
    give_up();
  }
  void end(std::uint64_t call) {
    const std::lock_guard lock(mutex_);
    calls_.erase(call);
    if (calls_.empty()) none_.notify_all();
  }
  /// Gives up all and waits until the last has ended. False: some are still there.
  bool cancel(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    closing_ = true;
    for (const auto& [call, give_up] : calls_) {
      if (give_up) give_up();
    }
    return none_.wait_for(lock, patience, [this] { return calls_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::map<std::uint64_t, std::function<void()>> calls_;
  std::uint64_t last_ = 0;
  bool closing_ = false;
};

}  // namespace im::rpc
