#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "common/base/repeat.hpp"
#include "common/base/scheduler.hpp"
#include "logic/events/event_source.hpp"

namespace im::logic {

/// Keeps one stream to every router and hands what they tell to the sinks. Everything on the scheduler's thread.
class EventWatch : public std::enable_shared_from_this<EventWatch> {
 public:
  struct Stats {
    std::atomic<std::uint64_t> streams{0}, batches{0}, events{0}, ended{0};
  };
  EventWatch(Scheduler& scheduler, std::unique_ptr<EventSource> source)
      : scheduler_(scheduler), source_(std::move(source)) {}

  /// Before start().
  void add(SlotEventSink& sink) { sinks_.push_back(&sink); }

  void start();
  /// On the scheduler's thread, or when that has ended.
  void stop();
  const Stats& stats() const { return stats_; }

 private:
  struct Open {
    std::uint64_t id = 0;  ///< a stream's callbacks may come when another has its place
    std::unique_ptr<EventStream> stream;
  };
  void look();
  void open(int router);
  void on_batch(int router, std::uint64_t id, std::uint64_t batch, const std::vector<SlotEvent>& events);
  void settle(int router, std::uint64_t id, std::uint64_t batch);
  void on_ended(int router, std::uint64_t id, const Error& why);

  Scheduler& scheduler_;
  std::unique_ptr<EventSource> source_;
  std::vector<SlotEventSink*> sinks_;
  std::map<int, Open> open_;
  std::uint64_t last_id_ = 0;
  bool stopped_ = false;
  Repeat told_;
  Stats stats_;
};

}  // namespace im::logic
