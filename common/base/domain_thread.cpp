#include "common/base/domain_thread.hpp"

#include <future>
#include <memory>

namespace im {

void DomainThread::start() {
  thread_ = std::thread([this] { loop(); });
}

void DomainThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// Woken under the lock: what the task makes known may be the end of this object.
void DomainThread::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  tasks_.push_back(std::move(task));
  if (tasks_.size() == 1) wake_.notify_one();  // else somebody woke it already
}

void DomainThread::post_after(Duration delay, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    timers_.emplace(now() + delay, std::move(task));
  }
  wake_.notify_one();
}

bool DomainThread::run_and_wait(std::function<void()> task, Duration patience) {
  auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  post([task = std::move(task), done] {
    task();
    done->set_value();
  });
  done.reset();
  // A task dropped by a stopped thread breaks the promise, which makes the future ready as well.
  if (finished.wait_for(patience) != std::future_status::ready) return false;
  try {
    finished.get();
    return true;
  } catch (const std::future_error&) {
    return false;
  }
}

std::vector<std::function<void()>> DomainThread::take_due(std::unique_lock<std::mutex>& lock) {
  while (tasks_.empty() && !stopping_ && (timers_.empty() || timers_.begin()->first > now())) {
    if (timers_.empty()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, timers_.begin()->first);
    }
  }
  auto due = std::exchange(tasks_, {});
  while (!timers_.empty() && timers_.begin()->first <= now()) {
    due.push_back(std::move(timers_.begin()->second));
    timers_.erase(timers_.begin());
  }
  return due;
}

void DomainThread::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    auto due = take_due(lock);
    if (due.empty() && stopping_) break;
    lock.unlock();
    for (auto& task : due) task();
    due.clear();
    lock.lock();
  }
  stopped_ = true;
  tasks_.clear();
  timers_.clear();
}

}  // namespace im
