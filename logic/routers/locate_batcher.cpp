#include "logic/routers/locate_batcher.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include "common/base/batch.hpp"

namespace im::logic {

namespace {

std::size_t size_of(const LocateAsk& ask) { return ask.uids.size() + ask.keys.size() + ask.rooms.size() + 1; }

std::size_t bytes_of(const LocateAsk& ask) {
  std::size_t bytes = ask.uids.size() * 10;
  for (const auto& key : ask.keys) bytes += key.size() + 4;
  for (const auto& room : ask.rooms) bytes += room.size() + 4;
  return bytes;
}

template <class T>
std::vector<T> take(const std::vector<T>& all, std::size_t& at, std::size_t count) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
  at += count;
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

std::vector<bool> flags(const std::vector<bool>& all, std::size_t at, std::size_t count) {
  if (all.empty()) return {};
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

struct Places {
  std::size_t uid, key, room;
};
/// Whether one of the entries of this ask is unknown in the merged answer.
bool any_unknown(const LocateAnswer& whole, Places from, const LocateAsk& ask) {
  for (std::size_t i = 0; i < ask.uids.size(); ++i) {
    if (whole.unknown_uid(from.uid + i)) return true;
  }
  for (std::size_t i = 0; i < ask.keys.size(); ++i) {
    if (whole.unknown_key(from.key + i)) return true;
  }
  for (std::size_t i = 0; i < ask.rooms.size(); ++i) {
    if (whole.unknown_room(from.room + i)) return true;
  }
  return false;
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
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (; count < waiting_.size(); ++count) {
    entries += size_of(waiting_[count].ask);
    bytes += bytes_of(waiting_[count].ask);
    if (count > 0 && (entries > kPerCall || bytes > kMaxBatchBytes)) break;
  }
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
    const LocateAnswer& whole = result.value();
    part.complete =
        whole.complete || (!any_unknown(whole, {uid, key, room}, one.ask) && (!one.ask.nodes || whole.nodes_known));
    if (!part.complete) {
      part.unknown_uids = flags(whole.unknown_uids, uid, one.ask.uids.size());
      part.unknown_keys = flags(whole.unknown_keys, key, one.ask.keys.size());
      part.unknown_rooms = flags(whole.unknown_rooms, room, one.ask.rooms.size());
    }
    part.by_uid = take(whole.by_uid, uid, one.ask.uids.size());
    part.by_key = take(whole.by_key, key, one.ask.keys.size());
    part.by_room = take(whole.by_room, room, one.ask.rooms.size());
    part.nodes = whole.nodes;
    part.nodes_known = whole.nodes_known;
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
