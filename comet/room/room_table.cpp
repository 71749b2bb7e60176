#include "comet/room/room_table.hpp"

namespace im::comet {

std::uint32_t RoomTable::open(const std::string& id) {
  if (const auto found = by_id_.find(id); found != by_id_.end()) return found->second;
  std::uint32_t index = 0;
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
    rooms_[index] = std::make_unique<Room>();
  } else {
    index = static_cast<std::uint32_t>(rooms_.size());
    rooms_.push_back(std::make_unique<Room>());
  }
  rooms_[index]->id = id;
  by_id_.emplace(id, index);
  return index;
}

std::uint32_t RoomTable::find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? kNone : found->second;
}

void RoomTable::join(std::uint32_t index, std::uint32_t place, RoomLink& link) {
  Room& room = at(index);
  link = {index, static_cast<std::uint32_t>(room.members.size())};
  const std::size_t before = room.members.capacity();
  room.members.push_back(place);
  places_ += room.members.capacity() - before;
  ++room.live;
  mark_changed(index);
}

void RoomTable::leave(std::uint32_t place, RoomLink& link) {
  const std::uint32_t index = link.room;
  Room& room = at(index);
  const std::uint32_t position = link.position;
  link = {};
  --room.live;
  mark_changed(index);
  room.members[position] = kTombstone;
  if (room.sweeping) return;
  // Swap with the last: the list stays dense.
  const std::uint32_t last = room.members.back();
  room.members.pop_back();
  if (last == kTombstone || last == place) return;
  room.members[position] = last;
  link_of(last, index, static_cast<std::uint32_t>(room.members.size()))->position = position;
}

void RoomTable::end_sweep(std::uint32_t index) {
  Room& room = at(index);
  room.sweeping = false;
  if (room.live != room.members.size()) compact(room, index);
}

void RoomTable::compact(Room& room, std::uint32_t index) {
  std::uint32_t to = 0;
  for (std::uint32_t from = 0; from < room.members.size(); ++from) {
    const std::uint32_t place = room.members[from];
    if (place == kTombstone) continue;
    if (from != to) {
      link_of(place, index, from)->position = to;
      room.members[to] = place;
    }
    ++to;
  }
  room.members.resize(to);
}

RoomLink* RoomTable::link_of(std::uint32_t place, std::uint32_t room, std::uint32_t position) {
  Session& session = *slab_.at(place).session;
  if (session.main_room.room == room && session.main_room.position == position) return &session.main_room;
  for (RoomLink& link : *session.more_rooms) {
    if (link.room == room && link.position == position) return &link;
  }
  return nullptr;  // a broken invariant: crash here rather than corrupt the room
}

void RoomTable::erase(std::uint32_t index) {
  by_id_.erase(at(index).id);
  places_ -= at(index).members.capacity();
  rooms_[index].reset();
  free_.push_back(index);
}

void RoomTable::mark_changed(std::uint32_t index) {
  const Room& room = at(index);
  changed_[room.id] = static_cast<std::int32_t>(room.live);
}

std::vector<std::pair<std::string, std::int32_t>> RoomTable::take_changed_counts() {
  std::vector<std::pair<std::string, std::int32_t>> result(changed_.begin(), changed_.end());
  changed_.clear();
  return result;
}

}  // namespace im::comet
