#include "comet/room/membership.hpp"

#include <utility>

namespace im::comet {

bool Membership::enter(std::uint32_t slot, const std::string& id) {
  Session& session = *io_.slab().at(slot).session;
  if (session.main_room.room != RoomLink::kNone) leave(slot, session.main_room);
  const std::uint32_t index = rooms_.open(id);
  RoomTable::Room& room = rooms_.at(index);
  if (room.live == 0 && !room.announced && room.waiting.empty()) control_.room_joined(worker_, id);
  rooms_.join(index, slot, session.main_room);
  io_.stats().roomed.add();
  io_.stats().rooms.set(rooms_.size());
  if (room.announced) return true;
  room.waiting.push_back(io_.id_of(slot));
  return false;
}

void Membership::leave(std::uint32_t slot, RoomLink& link) {
  const std::uint32_t index = link.room;
  if (&link == &io_.slab().at(slot).session->main_room) io_.stats().roomed.sub();
  rooms_.leave(slot, link);
  erase_if_empty(index);
}

void Membership::leave_all(std::uint32_t slot) {
  Session& session = *io_.slab().at(slot).session;
  if (session.main_room.room != RoomLink::kNone) leave(slot, session.main_room);
  if (!session.more_rooms) return;
  for (RoomLink& link : *session.more_rooms) leave(slot, link);
  session.more_rooms.reset();
}

void Membership::erase_if_empty(std::uint32_t index) {
  RoomTable::Room& room = rooms_.at(index);
  if (room.live > 0 || room.sweeping) return;
  control_.room_left(worker_, room.id);
  sweeps_.forget(index);
  rooms_.erase(index);
  io_.stats().rooms.set(rooms_.size());
}

void Membership::end_sweep(std::uint32_t index) {
  rooms_.end_sweep(index);
  erase_if_empty(index);
}

std::vector<ConnId> Membership::on_room_ready(const std::string& id) {
  const std::uint32_t index = rooms_.find(id);
  if (index == RoomTable::kNone) return {};
  RoomTable::Room& room = rooms_.at(index);
  room.announced = true;
  return std::exchange(room.waiting, {});
}

void Membership::set_total(const std::string& id, std::int32_t total) {
  const std::uint32_t index = rooms_.find(id);
  if (index != RoomTable::kNone) rooms_.at(index).total = total;
}

std::int32_t Membership::online_of(std::uint32_t slot) {
  const Session& session = *io_.slab().at(slot).session;
  if (session.main_room.room == RoomLink::kNone) return 0;
  const RoomTable::Room& room = rooms_.at(session.main_room.room);
  // The total may be a second old: it is never less than what stands here.
  const auto here = static_cast<std::int32_t>(room.live);
  return room.total > here ? room.total : here;
}

const std::string& Membership::main_room(std::uint32_t slot) {
  static const std::string kNoRoom;
  const Session& session = *io_.slab().at(slot).session;
  return session.main_room.room == RoomLink::kNone ? kNoRoom : rooms_.at(session.main_room.room).id;
}

}  // namespace im::comet
