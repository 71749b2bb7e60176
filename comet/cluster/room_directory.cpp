#include "comet/cluster/room_directory.hpp"

#include <utility>

#include "common/base/batch.hpp"

namespace im::comet {

namespace {
std::uint64_t bit(std::uint8_t worker) { return std::uint64_t{1} << (worker & 63U); }
}  // namespace

void RoomDirectory::announce(const std::string& id, Room& room) {
  if (std::exchange(room.queued, true)) return;
  to_announce_.push_back(id);
}

bool RoomDirectory::joined(const std::string& id, std::uint8_t worker) {
  Room& room = rooms_[id];
  room.workers |= bit(worker);
  stop_lingering(room);
  if (room.announced && !room.in_flight) return true;
  room.waiting |= bit(worker);
  if (!room.in_flight) announce(id, room);
  return false;
}

void RoomDirectory::left(const std::string& id, std::uint8_t worker, TimePoint now) {
  const auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  Room& room = found->second;
  const bool last = room.workers == bit(worker);
  room.workers &= ~bit(worker);
  if (!last) return;
  room.lingers = lingering_.insert(lingering_.end(), {&found->first, now});
}

void RoomDirectory::stop_lingering(Room& room) {
  if (!room.lingers) return;
  lingering_.erase(*room.lingers);
  room.lingers.reset();
}

std::vector<RoomPresence> RoomDirectory::take(TimePoint now, std::size_t limit) {
  if (!in_flight_.empty()) return {};
  while (!lingering_.empty() && now - lingering_.front().since >= linger_) {
    const std::string& id = *lingering_.front().id;
    Room& room = rooms_.find(id)->second;
    stop_lingering(room);
    announce(id, room);
  }
  for (std::size_t bytes = 0; !to_announce_.empty() && in_flight_.size() < limit && bytes < kMaxBatchBytes;) {
    const std::string id = std::move(to_announce_.front());
    to_announce_.pop_front();
    const auto found = rooms_.find(id);
    // Forgotten since, or come again and told already.
    if (found == rooms_.end() || !std::exchange(found->second.queued, false)) continue;
    Room& room = found->second;
    room.in_flight = true;
    room.version = ++version_;
    in_flight_.push_back({id, room.workers != 0, room.version});
    bytes += id.size() + kEntryBytes;
  }
  return in_flight_;
}

std::vector<RoomDirectory::Waiter> RoomDirectory::acknowledged() {
  std::vector<Waiter> waiters;
  for (const auto& sent : std::exchange(in_flight_, {})) {
    const auto found = rooms_.find(sent.room);
    Room& room = found->second;
    room.in_flight = false;
    if (std::exchange(room.again, false)) {
      room.announced = false;
      announce(sent.room, room);
      continue;
    }
    room.announced = sent.present;
    if (sent.present) {
      for (std::uint8_t worker = 0; worker < 64; ++worker) {
        if ((room.waiting & bit(worker)) != 0) waiters.push_back({sent.room, worker});
      }
      room.waiting = 0;
    }
    if (room.workers != 0 && !room.announced) announce(sent.room, room);
    if (room.workers == 0 && !room.announced) {
      stop_lingering(room);
      rooms_.erase(found);
    }
  }
  return waiters;
}

void RoomDirectory::failed() {
  // In the same order ahead of all others: a batch that is refused and comes in halves narrows down on its bad entry.
  for (auto sent = in_flight_.rbegin(); sent != in_flight_.rend(); ++sent) {
    Room& room = rooms_.find(sent->room)->second;
    room.in_flight = room.again = false;
    room.announced = false;  // nobody knows whether it arrived
    room.queued = true;
    to_announce_.push_front(sent->room);
  }
  in_flight_.clear();
}

std::vector<RoomPresence> RoomDirectory::snapshot(const SlotSet& slots) {
  std::vector<RoomPresence> rooms;
  for (auto& [id, room] : rooms_) {
    if (!slots[slot_of(id)]) continue;
    if (room.workers != 0) {
      room.version = ++version_;
      rooms.push_back({id, true, room.version});
      continue;
    }
    stop_lingering(room);
    room.announced = false;
    room.again = room.in_flight;
    if (!room.in_flight) announce(id, room);
  }
  return rooms;
}

}  // namespace im::comet
