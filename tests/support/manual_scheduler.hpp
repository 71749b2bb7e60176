#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "common/base/scheduler.hpp"

namespace im {

/// Runs tasks when told to; its time stands still until told to go on.
class ManualScheduler : public Scheduler {
 public:
  void post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  void post_after(Duration delay, std::function<void()> task) override {
    timers_.emplace(now_ + delay, std::move(task));
  }
  TimePoint now() const override { return now_; }

  void run() {
    while (!tasks_.empty()) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  void advance(Duration by) {
    const auto until = now_ + by;
    run();
    while (!timers_.empty() && timers_.begin()->first <= until) {
      now_ = std::max(now_, timers_.begin()->first);
      const auto task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      task();
      run();
    }
    now_ = until;
  }

 private:
  std::deque<std::function<void()>> tasks_;
  std::multimap<TimePoint, std::function<void()>> timers_;
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace im
