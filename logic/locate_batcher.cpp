#include "logic/locate_batcher.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace im::logic {

namespace {

std::size_t size_of(const LocateAsk& ask) { return ask.uids.size() + ask.keys.size() + ask.rooms.size() + 1; }

template <class T>
std::vector<T> take(const std::vector<T>& all, std::size_t& at, std::size_t count) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
  at += count;
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

void LocateBatcher::locate(LocateAsk ask, Done done) {
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= max_waiting_) {
    lock.unlock();
    done(Error{Error::Code::kOverloaded, "too many pushes wait for the router"});
    return;
  }
  waiting_.push_back({std::move(ask), std::move(done)});
  if (!in_flight_) start(std::move(lock));
}

void LocateBatcher::start(std::unique_lock<std::mutex> lock) {
  in_flight_ = true;
  ++calls_;
  std::size_t entries = 0;
  std::size_t count = 0;
  while (count < waiting_.size() && (count == 0 || entries + size_of(waiting_[count].ask) <= kPerCall))
    entries += size_of(waiting_[count++].ask);
  const auto middle = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  auto batch = std::make_shared<std::vector<Waiting>>(std::make_move_iterator(waiting_.begin()),
                                                      std::make_move_iterator(middle));
  waiting_.erase(waiting_.begin(), middle);
  lock.unlock();
  LocateAsk merged;
  for (const Waiting& one : *batch) {
    merged.uids.insert(merged.uids.end(), one.ask.uids.begin(), one.ask.uids.end());
    merged.keys.insert(merged.keys.end(), one.ask.keys.begin(), one.ask.keys.end());
    merged.rooms.insert(merged.rooms.end(), one.ask.rooms.begin(), one.ask.rooms.end());
    merged.nodes = merged.nodes || one.ask.nodes;
  }
  call_(std::move(merged), [this, batch](const Result<LocateAnswer>& result) { finish(std::move(*batch), result); });
}

/// The next call starts only after these callbacks ran: their order is the order of the pushes.
void LocateBatcher::finish(std::vector<Waiting> batch, const Result<LocateAnswer>& result) {
  std::size_t uid = 0;
  std::size_t key = 0;
  std::size_t room = 0;
  for (Waiting& one : batch) {
    if (!result.ok()) {
      one.done(result.error());
      continue;
    }
    LocateAnswer part;
    part.by_uid = take(result.value().by_uid, uid, one.ask.uids.size());
    part.by_key = take(result.value().by_key, key, one.ask.keys.size());
    part.by_room = take(result.value().by_room, room, one.ask.rooms.size());
    part.nodes = result.value().nodes;
    part.complete = result.value().complete;
    one.done(std::move(part));
  }
  std::unique_lock lock(mutex_);
  in_flight_ = false;
  if (!waiting_.empty()) start(std::move(lock));
}

std::uint64_t LocateBatcher::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace im::logic
