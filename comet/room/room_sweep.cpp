#include "comet/room/room_sweep.hpp"

#include <algorithm>

#include "common/wire/packet.hpp"

namespace im::comet {

namespace {
std::size_t cost(const PushMessage& message) { return message.body->size() + wire::kHeaderSize; }

void add(RoomSweeps::Dropped& dropped, const PushMessage& message) {
  const PushClass kind = message.facts.kind;
  if (message.fate) dropped.asked.push_back(message.fate);
  if (kind == PushClass::kEphemeral) {
    ++dropped.ephemeral;
  } else if (kind == PushClass::kEvent) {
    ++dropped.events;
  } else {
    ++dropped.pushes;
  }
}
}  // namespace

RoomSweeps::Dropped RoomSweeps::push(std::uint32_t index, PushMessage message, const TokenRef& token, TimePoint now) {
  Room& room = rooms_[index];
  const std::size_t bytes = cost(message);
  if (message.facts.kind == PushClass::kEphemeral && room.bytes + bytes > config_.queue_bytes) {
    Dropped stale;
    add(stale, message);
    return stale;
  }
  room.bytes += bytes;
  waiting_bytes_ += bytes;
  room.waiting.push_back({std::move(message), room.bytes > config_.queue_bytes ? token : nullptr});
  const Dropped result = apply_bound(room, now);
  queue(index, room, now);
  return result;
}

void RoomSweeps::queue(std::uint32_t index, Room& room, TimePoint now) {
  if (room.queued || room.running || room.waiting.empty()) return;
  room.queued = true;
  due_.push({std::max(now, room.not_before), order_++, index});
}

void RoomSweeps::pop_front(Room& room) {
  const std::size_t bytes = cost(room.waiting.front().message);
  room.bytes -= bytes;
  waiting_bytes_ -= bytes;
  room.waiting.pop_front();
}

bool RoomSweeps::drops(const Room& room, TimePoint now) const {
  const bool held_back = room.waiting.back().token != nullptr;
  return now - *room.full_since >= config_.overflow_after || (!held_back && room.bytes > 2 * config_.queue_bytes);
}

RoomSweeps::Dropped RoomSweeps::apply_bound(Room& room, TimePoint now) {
  if (room.bytes <= config_.queue_bytes) {
    room.full_since.reset();
    return {};
  }
  if (!room.full_since) room.full_since = now;
  if (!drops(room, now)) return {};
  Dropped dropped;
  for (; room.bytes > config_.queue_bytes; pop_front(room)) add(dropped, room.waiting.front().message);
  for (auto& waiting : room.waiting) waiting.token.reset();  // the stream goes on
  room.full_since.reset();
  return dropped;
}

std::optional<RoomSweeps::Batch> RoomSweeps::start_next(TimePoint now) {
  std::uint32_t index = 0;
  for (;; due_.pop()) {
    if (due_.empty() || due_.top().at > now) return std::nullopt;
    index = due_.top().room;
    const auto found = rooms_.find(index);
    if (found != rooms_.end() && found->second.queued) break;  // else: the entry of a forgotten room
  }
  due_.pop();
  Room& room = rooms_[index];
  room.queued = false;
  room.running = true;
  room.started = now;
  Batch batch{index, {}};
  std::size_t bytes = 0;
  while (!room.waiting.empty()) {
    bytes += cost(room.waiting.front().message);
    if (!batch.messages.empty() && bytes > config_.max_batch_bytes) break;
    batch.messages.push_back(room.waiting.front().message);
    pop_front(room);
  }
  if (room.bytes <= config_.queue_bytes) room.full_since.reset();
  return batch;
}

bool RoomSweeps::finished(std::uint32_t index, Duration spent, TimePoint now) {
  Room& room = rooms_[index];
  const auto rest = std::chrono::duration_cast<Duration>(spent / config_.share);
  room.running = false;
  room.not_before = room.started + std::clamp(rest, config_.min_interval, config_.max_interval);
  if (!room.waiting.empty()) {
    queue(index, room, now);
    return false;
  }
  return true;
}

void RoomSweeps::forget(std::uint32_t index) {
  const auto found = rooms_.find(index);
  if (found == rooms_.end()) return;
  waiting_bytes_ -= found->second.bytes;
  rooms_.erase(found);
}

std::optional<TimePoint> RoomSweeps::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.top().at;
}

std::vector<std::pair<std::uint32_t, RoomSweeps::Dropped>> RoomSweeps::expire(TimePoint now) {
  std::vector<std::pair<std::uint32_t, Dropped>> dropped;
  for (auto it = rooms_.begin(); it != rooms_.end();) {
    if (const Dropped here = apply_bound(it->second, now); here.all() > 0) dropped.emplace_back(it->first, here);
    const Room& room = it->second;
    const bool forgettable = room.waiting.empty() && !room.running && !room.queued && room.not_before <= now;
    it = forgettable ? rooms_.erase(it) : std::next(it);
  }
  return dropped;
}

}  // namespace im::comet
