#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/result.hpp"

namespace im {

/// Threads for work that blocks (databases, password hashes), so that no thread of an io_context ever waits for it.
/// Bounded: what would have to wait behind too much is refused at once, and the caller answers "slow down".
class BlockingPool {
 public:
  struct Options {
    std::size_t threads = 8;
    std::size_t max_waiting = 1024;  ///< tasks not begun yet
  };
  struct Stats {
    std::uint64_t done = 0;
    std::uint64_t refused = 0;
    std::uint64_t threw = 0;  ///< tasks that ended with an exception: bugs, see the log
    std::size_t waiting = 0;
    std::size_t running = 0;
  };

  explicit BlockingPool(Options options);
  ~BlockingPool() { stop(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Any thread. The task runs on one of the pool's threads; nothing it throws leaves it.
  /// kOverloaded: the queue is full; kUnavailable: the pool stops. Then the task never runs.
  Status post(std::function<void()> task);

  /// Runs `fn` on the pool and gives its Result<T> to `done` there. Where there was no room, `done` gets the error at
  /// once, on the caller's thread; where `fn` throws, kInternal. So `done` is called exactly once.
  template <class Fn, class Done>
  void run(Fn fn, Done done);

  /// Runs what was accepted, then ends the threads. Not from a task.
  void stop();

  Stats stats() const;

 private:
  void loop();
  void run_one(std::unique_lock<std::mutex>& lock);

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  Stats stats_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// What `fn` returns, or kInternal where it threw.
template <class Fn>
auto result_of(Fn& fn) -> decltype(fn()) {
  try {
    return fn();
  } catch (const std::exception& thrown) {
    return Error{Error::Code::kInternal, thrown.what()};
  }
}

template <class Fn, class Done>
void BlockingPool::run(Fn fn, Done done) {
  auto work = std::make_shared<std::pair<Fn, Done>>(std::move(fn), std::move(done));
  const auto posted = post([work] { work->second(result_of(work->first)); });
  if (!posted) work->second(decltype(work->first())(posted.error()));
}

}  // namespace im
