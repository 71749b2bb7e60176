#include "common/base/blocking_pool.hpp"

#include "common/base/log.hpp"

namespace im {

BlockingPool::BlockingPool(Options options) : options_(options) {
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { loop(); });
}

Status BlockingPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error{Error::Code::kUnavailable, "stopping"};
    if (waiting_.size() >= options_.max_waiting) {
      ++stats_.refused;
      return Error{Error::Code::kOverloaded, "too much blocking work waits"};
    }
    waiting_.push_back(std::move(task));
  }
  wake_.notify_one();
  return Ok{};
}

void BlockingPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

BlockingPool::Stats BlockingPool::stats() const {
  const std::lock_guard lock(mutex_);
  auto stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

void BlockingPool::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    run_one(lock);
  }
}

void BlockingPool::run_one(std::unique_lock<std::mutex>& lock) {
  auto task = std::move(waiting_.front());
  waiting_.pop_front();
  ++stats_.running;
  lock.unlock();
  bool threw = false;
  try {
    task();
  } catch (const std::exception& thrown) {
    threw = true;
    log::error("a blocking task threw", {{"what", thrown.what()}});
  }
  task = nullptr;  // what it holds goes before the pool counts it as done
  lock.lock();
  --stats_.running;
  ++stats_.done;
  if (threw) ++stats_.threw;
}

}  // namespace im
