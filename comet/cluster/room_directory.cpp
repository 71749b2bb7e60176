#include "comet/cluster/room_directory.hpp"

namespace im::comet {

namespace {
std::uint64_t bit(std::uint8_t worker) { return std::uint64_t{1} << (worker & 63U); }
}  // namespace

bool RoomDirectory::joined(const std::string& id, std::uint8_t worker) {
  Room& room = rooms_[id];
  room.workers |= bit(worker);
  empty_.erase(id);
  if (room.announced && !room.in_flight) return true;
  room.waiting |= bit(worker);
  if (!room.in_flight) to_announce_.insert(id);
  return false;
}

void RoomDirectory::left(const std::string& id, std::uint8_t worker, TimePoint now) {
  const auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  Room& room = found->second;
  room.workers &= ~bit(worker);
  if (room.workers != 0) return;
  room.empty_since = now;
  empty_.insert(id);
}

std::vector<RoomPresence> RoomDirectory::take(TimePoint now, std::size_t limit) {
  if (!in_flight_.empty()) return {};
  for (auto it = empty_.begin(); it != empty_.end();) {
    if (now - rooms_[*it].empty_since < linger_) {
      ++it;
      continue;
    }
    to_announce_.insert(*it);
    it = empty_.erase(it);
  }
  for (auto it = to_announce_.begin(); it != to_announce_.end() && in_flight_.size() < limit;) {
    Room& room = rooms_[*it];
    room.in_flight = true;
    room.version = ++version_;
    in_flight_.push_back({*it, room.workers != 0, room.version});
    it = to_announce_.erase(it);
  }
  return in_flight_;
}

std::vector<RoomDirectory::Waiter> RoomDirectory::acknowledged() { return settle(true); }
void RoomDirectory::failed() { settle(false); }

std::vector<RoomDirectory::Waiter> RoomDirectory::settle(bool success) {
  std::vector<Waiter> waiters;
  for (const auto& sent : in_flight_) {
    Room& room = rooms_[sent.room];
    room.in_flight = false;
    if (success) room.announced = sent.present;
    const bool wanted = room.workers != 0;
    if (success && sent.present) {
      for (std::uint8_t worker = 0; worker < 64; ++worker) {
        if ((room.waiting & bit(worker)) != 0) waiters.push_back({sent.room, worker});
      }
      room.waiting = 0;
    }
    if (!success) {
      to_announce_.insert(sent.room);  // nobody knows whether it arrived
    } else if (wanted != room.announced) {
      if (wanted) to_announce_.insert(sent.room);
    } else if (!wanted) {
      empty_.erase(sent.room);
      rooms_.erase(sent.room);
    }
  }
  in_flight_.clear();
  return waiters;
}

std::vector<RoomPresence> RoomDirectory::snapshot(const SlotSet& slots) {
  std::vector<RoomPresence> rooms;
  for (auto it = rooms_.begin(); it != rooms_.end();) {
    auto& [id, room] = *it;
    const bool asked = slots[slot_of(id)];
    if (asked && room.workers == 0 && !room.in_flight) {
      to_announce_.erase(id);
      empty_.erase(id);
      it = rooms_.erase(it);
      continue;
    }
    if (asked && room.workers != 0) {
      room.version = ++version_;
      rooms.push_back({id, true, room.version});
    }
    ++it;
  }
  return rooms;
}

void OnlineCounts::set(std::uint8_t worker, const std::string& id, std::int32_t count) {
  Room& room = rooms_[id];
  room.total += count - std::exchange(room.by_worker[worker], count);
  changed_[id] = room.total;
  if (count == 0) room.by_worker.erase(worker);
  if (room.by_worker.empty()) rooms_.erase(id);
}

RoomCounts OnlineCounts::take_changed() {
  RoomCounts result(changed_.begin(), changed_.end());
  changed_.clear();
  return result;
}

RoomCounts OnlineCounts::all() const {
  RoomCounts result;
  result.reserve(rooms_.size());
  for (const auto& [id, room] : rooms_) result.emplace_back(id, room.total);
  return result;
}

}  // namespace im::comet
