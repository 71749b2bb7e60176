#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/scheduler.hpp"

namespace im {

/// The one thread that owns some state. gRPC's, Kafka's and other threads only post to it.
class DomainThread : public Scheduler {
 public:
  ~DomainThread() override { stop(); }

  void start();
  /// Runs what was posted before, then ends; timers that are not due are dropped.
  void stop();
  /// Posts and waits. False: not done within `patience` (it will still run, so it may refer to nothing of the
  /// caller's), or the thread has stopped.
  bool run_and_wait(std::function<void()> task, Duration patience);

  void post(std::function<void()> task) override;
  void post_after(Duration delay, std::function<void()> task) override;
  TimePoint now() const override { return monotonic_now(); }

 private:
  void loop();
  std::vector<std::function<void()>> take_due(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::function<void()>> tasks_;
  std::multimap<TimePoint, std::function<void()>> timers_;
  bool stopping_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace im
