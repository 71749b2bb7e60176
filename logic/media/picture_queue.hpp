#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/blocking_pool.hpp"

namespace im::logic::media {

/// Pictures that wait to be made, of each sender in a queue of its own. The senders take turns, and none has more than
/// a share of what waits: the slow pictures of one keep another waiting for one of them at most. Any thread.
class PictureQueue {
 public:
  struct Limits {
    std::size_t threads = 2;  ///< pictures made at once
    std::size_t waiting = 64;
    std::size_t share = 8;  ///< of one sender, those being made among them
  };
  explicit PictureQueue(Limits limits)
      : limits_(limits), pool_({.threads = limits.threads, .max_waiting = limits.waiting}) {}
  ~PictureQueue() { stop(); }
  PictureQueue(const PictureQueue&) = delete;
  PictureQueue& operator=(const PictureQueue&) = delete;

  /// kOverloaded: this sender has its share; kUnavailable: all together have too many, or it stops. Then the task never
  /// runs.
  Status post(const std::string& sender, std::function<void()> task);
  /// As BlockingPool::run.
  template <class Fn, class Done>
  void run(const std::string& sender, Fn fn, Done done);
  /// Runs what was accepted. Not from a task.
  void stop() { pool_.stop(); }

 private:
  struct Sender {
    std::deque<std::function<void()>> waiting;
    std::size_t running = 0;
  };
  Status add(const std::string& sender, std::function<void()> task);
  void run_next();
  std::pair<std::string, std::function<void()>> take_next();
  void ended(const std::string& sender);

  const Limits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, Sender> senders_;  ///< those with a picture
  std::deque<std::string> turns_;                    ///< those whose pictures wait, each once
  BlockingPool pool_;                                ///< goes first: its tasks use the rest
};

template <class Fn, class Done>
void PictureQueue::run(const std::string& sender, Fn fn, Done done) {
  auto work = std::make_shared<std::pair<Fn, Done>>(std::move(fn), std::move(done));
  const auto posted = post(sender, [work] { work->second(result_of(work->first)); });
  if (!posted) work->second(decltype(work->first())(posted.error()));
}

}  // namespace im::logic::media
