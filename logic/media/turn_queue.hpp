#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/blocking_pool.hpp"

namespace im::logic::media {

/// Blocking work of many senders, of each in a queue of its own (decisions 99, 116). The senders take turns; none has
/// more than a share of what waits, nor more than some of the threads: what one of them waits for, others need not.
/// Any thread.
class TurnQueue {
 public:
  struct Limits {
    const char* what = "tasks";  ///< what waits here, in words for those who are refused
    std::size_t threads = 2;     ///< tasks at once
    std::size_t waiting = 64;
    std::size_t share = 8;    ///< of one sender, those that run among them
    std::size_t at_once = 2;  ///< of one sender: so many may run
  };
  /// Tasks that never ran.
  struct Stats {
    std::atomic<std::uint64_t> over_share{0}, full{0};
  };
  explicit TurnQueue(Limits limits)
      : limits_(limits), pool_({.threads = limits.threads, .max_waiting = limits.threads}) {}
  ~TurnQueue() { stop(); }
  TurnQueue(const TurnQueue&) = delete;
  TurnQueue& operator=(const TurnQueue&) = delete;

  /// kOverloaded: this sender has its share; kUnavailable: all together have too many, or it stops. Then the task never
  /// runs. A task that throws is a bug, see the log.
  Status post(const std::string& sender, std::function<void()> task);
  /// As BlockingPool::run.
  template <class Fn, class Done>
  void run(const std::string& sender, Fn fn, Done done);
  /// Runs what was accepted. Not from a task.
  void stop();
  const Stats& stats() const { return stats_; }

 private:
  struct Sender {
    std::deque<std::function<void()>> waiting;
    std::size_t running = 0;
    bool has_turn = false;  ///< it stands in turns_
  };
  struct Turn {
    std::string sender;
    std::function<void()> task;
  };
  Status refusal(const std::string& sender);
  /// Of a thread: task after task, until none may run.
  void work();
  std::optional<Turn> take_next();
  void ended(const std::string& sender);
  // Under the lock.
  void give_turn(const std::string& name, Sender& sender);
  void call_thread();

  const Limits limits_;
  Stats stats_;
  std::mutex mutex_;
  std::unordered_map<std::string, Sender> senders_;  ///< those with a task
  std::deque<std::string> turns_;                    ///< those of whom a task may run, each once
  std::size_t waiting_ = 0, working_ = 0;            ///< tasks; threads
  bool stopping_ = false;
  BlockingPool pool_;  ///< goes first: its tasks use the rest
};

template <class Fn, class Done>
void TurnQueue::run(const std::string& sender, Fn fn, Done done) {
  auto work = std::make_shared<std::pair<Fn, Done>>(std::move(fn), std::move(done));
  const auto posted = post(sender, [work] { work->second(result_of(work->first)); });
  if (!posted) work->second(decltype(work->first())(posted.error()));
}

}  // namespace im::logic::media
