#include "logic/media/picture_queue.hpp"

namespace im::logic::media {

Status PictureQueue::post(const std::string& sender, std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  const auto known = senders_.find(sender);
  if (known != senders_.end() && known->second.waiting.size() + known->second.running >= limits_.share)
    return Error{Error::Code::kOverloaded, "too many pictures of one sender wait"};
  // Whatever thread takes it finds the task: it needs the lock first.
  if (auto posted = pool_.post([this] { run_next(); }); !posted)
    return Error{Error::Code::kUnavailable, posted.error().message};
  Sender& one = senders_[sender];
  if (one.waiting.empty()) turns_.push_back(sender);
  one.waiting.push_back(std::move(task));
  return Ok{};
}

/// One call for each task that was accepted; which one, turns say.
void PictureQueue::run_next() {
  auto [sender, task] = take_next();
  try {
    task();
  } catch (...) {
    ended(sender);
    throw;
  }
  task = nullptr;  // what it holds goes before the share is free again
  ended(sender);
}

std::pair<std::string, std::function<void()>> PictureQueue::take_next() {
  const std::lock_guard lock(mutex_);
  std::string sender = std::move(turns_.front());
  turns_.pop_front();
  Sender& one = senders_[sender];
  auto task = std::move(one.waiting.front());
  one.waiting.pop_front();
  ++one.running;
  if (!one.waiting.empty()) turns_.push_back(sender);
  return {std::move(sender), std::move(task)};
}

void PictureQueue::ended(const std::string& sender) {
  const std::lock_guard lock(mutex_);
  const auto found = senders_.find(sender);
  if (--found->second.running == 0 && found->second.waiting.empty()) senders_.erase(found);
}

}  // namespace im::logic::media
