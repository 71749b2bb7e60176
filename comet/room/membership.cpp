#include "comet/room/membership.hpp"

#include <algorithm>
#include <utility>

namespace im::comet {

// ---- the main room

bool Membership::enter(std::uint32_t place, const std::string& id, JoinKind kind) {
  io_.assert_on_worker();
  leave_main(place);
  Session& session = *io_.slab().at(place).session;
  io_.stats().roomed.add();
  const std::uint32_t index = rooms_.find(id);
  RoomLink* known = index == RoomTable::kNone ? nullptr : more_link(session, index);
  if (known == nullptr) return add(place, id, session.main_room, kind, nullptr);
  session.main_room = *known;  // the same membership, by another name
  session.main_kept = true;
  forget_link(session, known);
  RoomTable::Room& room = rooms_.at(index);
  if (!room.announced) room.waiting.push_back({io_.id_of(place), kind, nullptr});
  return room.announced;
}

void Membership::leave_main(std::uint32_t place) {
  io_.assert_on_worker();
  Session& session = *io_.slab().at(place).session;
  if (session.main_room.room == RoomLink::kNone) return;
  io_.stats().roomed.sub();
  if (std::exchange(session.main_kept, false)) {
    if (!session.more_rooms) session.more_rooms = std::make_unique<std::vector<RoomLink>>();
    session.more_rooms->push_back(std::exchange(session.main_room, {}));
    return;
  }
  remove(place, session.main_room);
}

// ---- by command

Session* Membership::open_session(ConnId conn) {
  const std::uint32_t place = io_.place_of(conn);
  if (place == ConnectionSlab::kNoPlace || io_.slab().at(place).phase != Phase::kOpen) return nullptr;
  return io_.slab().at(place).session ? &*io_.slab().at(place).session : nullptr;
}

void Membership::join(ConnId conn, const std::string& id, const JoinTicketRef& ticket) {
  io_.assert_on_worker();
  Session* session = open_session(conn);
  if (session == nullptr) {
    ++ticket->count.gone;
    return;
  }
  const std::uint32_t place = conn.slot();
  const std::uint32_t index = rooms_.find(id);
  const bool is_main = index != RoomTable::kNone && session->main_room.room == index;
  if (is_main || (index != RoomTable::kNone && more_link(*session, index) != nullptr)) {
    session->main_kept = session->main_kept || is_main;
    ++ticket->count.done;
    RoomTable::Room& room = rooms_.at(index);
    if (!room.announced) room.waiting.push_back({conn, JoinKind::kCommand, ticket});
    return;
  }
  const std::size_t rooms = (session->more_rooms ? session->more_rooms->size() : 0) + 1;
  if (rooms >= kMaxRooms) {
    ++ticket->count.refused;
    return;
  }
  if (!session->more_rooms) session->more_rooms = std::make_unique<std::vector<RoomLink>>();
  ++ticket->count.done;
  add(place, id, session->more_rooms->emplace_back(), JoinKind::kCommand, ticket);
}

void Membership::leave(ConnId conn, const std::string& id, const JoinTicketRef& ticket) {
  io_.assert_on_worker();
  Session* session = open_session(conn);
  if (session == nullptr) {
    ++ticket->count.gone;
    return;
  }
  ++ticket->count.done;
  const std::uint32_t index = rooms_.find(id);
  if (index == RoomTable::kNone) return;
  if (session->main_room.room == index) {
    session->main_kept = false;  // it goes with the main room
    return;
  }
  RoomLink* link = more_link(*session, index);
  if (link == nullptr) return;
  remove(conn.slot(), *link);
  forget_link(*session, link);
}

void Membership::leave_all(std::uint32_t place) {
  Session& session = *io_.slab().at(place).session;
  session.main_kept = false;
  leave_main(place);
  if (!session.more_rooms) return;
  for (RoomLink& link : *session.more_rooms) remove(place, link);
  session.more_rooms.reset();
}

RoomLink* Membership::more_link(Session& session, std::uint32_t room) {
  if (!session.more_rooms) return nullptr;
  const auto found = std::find_if(session.more_rooms->begin(), session.more_rooms->end(),
                                  [room](const RoomLink& link) { return link.room == room; });
  return found == session.more_rooms->end() ? nullptr : &*found;
}

void Membership::forget_link(Session& session, RoomLink* link) {
  *link = session.more_rooms->back();
  session.more_rooms->pop_back();
  if (session.more_rooms->empty()) session.more_rooms.reset();
}

// ---- both

bool Membership::add(std::uint32_t place, const std::string& id, RoomLink& link, JoinKind kind,
                     const JoinTicketRef& ticket) {
  const std::uint32_t index = rooms_.open(id);
  RoomTable::Room& room = rooms_.at(index);
  if (room.live == 0 && !room.announced && room.waiting.empty()) control_.room_joined(worker_, id);
  rooms_.join(index, place, link);
  io_.stats().rooms.set(rooms_.size());
  if (room.announced) return true;
  room.waiting.push_back({io_.id_of(place), kind, ticket});
  return false;
}

void Membership::remove(std::uint32_t place, RoomLink& link) {
  const std::uint32_t index = link.room;
  rooms_.leave(place, link);
  erase_if_empty(index);
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

std::vector<Joined> Membership::on_room_ready(const std::string& id) {
  io_.assert_on_worker();
  const std::uint32_t index = rooms_.find(id);
  if (index == RoomTable::kNone) return {};
  RoomTable::Room& room = rooms_.at(index);
  room.announced = true;
  return std::exchange(room.waiting, {});
}

void Membership::set_total(const std::string& id, std::int32_t total) {
  io_.assert_on_worker();
  const std::uint32_t index = rooms_.find(id);
  if (index != RoomTable::kNone) rooms_.at(index).total = total;
}

std::int32_t Membership::online_of(std::uint32_t place) {
  const Session& session = *io_.slab().at(place).session;
  if (session.main_room.room == RoomLink::kNone) return 0;
  const RoomTable::Room& room = rooms_.at(session.main_room.room);
  // The total may be a second old: it is never less than what stands here.
  const auto here = static_cast<std::int32_t>(room.live);
  return room.total > here ? room.total : here;
}

const std::string& Membership::main_room(std::uint32_t place) {
  static const std::string kNoRoom;
  const Session& session = *io_.slab().at(place).session;
  return session.main_room.room == RoomLink::kNone ? kNoRoom : rooms_.at(session.main_room.room).id;
}

}  // namespace im::comet
