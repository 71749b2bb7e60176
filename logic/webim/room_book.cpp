#include "logic/webim/room_book.hpp"

#include "common/base/slot.hpp"

namespace im::logic::webim {

namespace {

constexpr std::int64_t kMaxMembers = 100;
constexpr std::int64_t kMaxRooms = 8;  // of one connection
constexpr int kTries = 20;             // each fails because somebody else came in

constexpr std::string_view kMember = "SELECT uid, room, name, comet, epoch, conn, place, leads FROM webim_rooms WHERE ";
constexpr std::size_t kMemberColumns = 8;
constexpr sql::Query kRoomSize{"SELECT COUNT(*), COALESCE(MAX(place), 0) FROM webim_rooms WHERE room = ?", 2};
constexpr sql::Query kRoomsOf{"SELECT COUNT(*) FROM webim_rooms WHERE uid = ?", 1};
constexpr sql::Query kIsInRoom{"SELECT place FROM webim_rooms WHERE uid = ? AND room = ?", 1};
constexpr const char* kAddMember =
    "INSERT INTO webim_rooms (uid, room, place, slot, name, comet, epoch, conn, joined_ms) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// The store has whole numbers with a sign.
std::int64_t bits(std::uint64_t number) { return static_cast<std::int64_t>(number); }

RoomMember member_of(const sql::Row& row) {
  RoomMember member{row.id<Uid>(0), row.text(1), row.text(2), {}, {}, row.number(6), row.flag(7)};
  member.comet = {CometNumber(static_cast<std::uint32_t>(row.number(3))),
                  InstanceEpoch(static_cast<std::uint64_t>(row.number(4)))};
  member.conn = ConnId(static_cast<std::uint64_t>(row.number(5)));
  return member;
}

Result<std::vector<RoomMember>> select_members(sql::Connection& db, const std::string& where,
                                               const sql::Values& values) {
  const std::string text = std::string(kMember) + where;
  const auto rows = db.select({text, kMemberColumns}, values);
  if (!rows.ok()) return rows.error();
  std::vector<RoomMember> members;
  for (const sql::Row& row : rows.value()) members.push_back(member_of(row));
  return members;
}

Result<std::vector<RoomMember>> in_room(sql::Connection& db, const std::string& room) {
  return select_members(db, "room = ? ORDER BY place", {room});
}

Status add_member(store::Write& into, const RoomMember& member) {
  const auto size = into.db.select(kRoomSize, {member.room});
  if (!size.ok()) return size.error();
  const auto rooms = into.db.select(kRoomsOf, {member.uid});
  if (!rooms.ok()) return rooms.error();
  if (size.value().front().number(0) >= kMaxMembers) return Error{Error::Code::kOverloaded, "the room is full"};
  if (rooms.value().front().number(0) >= kMaxRooms) return Error{Error::Code::kOverloaded, "too many rooms"};
  const auto slot = static_cast<std::int64_t>(slot_of(member.uid.value()));
  const auto added =
      into.db.execute(kAddMember, {member.uid, member.room, size.value().front().number(1) + 1, slot, member.name,
                                   std::int64_t{member.comet.number.value()}, bits(member.comet.epoch.value()),
                                   bits(member.conn.raw()), into.now_ms});
  return added.ok() ? Status(Ok{}) : Status(added.error());
}

}  // namespace

Result<std::vector<RoomMember>> RoomBook::join(const RoomMember& member) {
  for (int i = 1;; ++i) {
    auto joined = try_join(member);
    if (joined.ok() || joined.error().code != Error::Code::kConflict || i == kTries) return joined;
  }
}

Result<std::vector<RoomMember>> RoomBook::try_join(const RoomMember& member) {
  return store_.lanes().write<std::vector<RoomMember>>(
      member.uid.value(), [&](store::Write& into) -> Result<std::vector<RoomMember>> {
        const auto there = into.db.select(kIsInRoom, {member.uid, member.room});
        if (!there.ok()) return there.error();
        if (there.value().empty()) {
          if (const Status added = add_member(into, member); !added.ok()) return added.error();
        }
        return in_room(into.db, member.room);
      });
}

Result<std::vector<RoomMember>> RoomBook::members(const std::string& room) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  return in_room(*db.value(), room);
}

Status RoomBook::lead(const std::string& room, Uid uid) {
  return store_.lanes().write<Ok>(uid.value(), [&](store::Write& into) -> Status {
    const auto done = into.db.execute(
        "UPDATE webim_rooms SET leads = CASE WHEN uid = ? THEN 1 ELSE 0 END WHERE room = ?", {uid, room});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

Status RoomBook::leave(const std::string& room, Uid uid) {
  return store_.lanes().write<Ok>(uid.value(), [&](store::Write& into) -> Status {
    const auto done = into.db.execute("DELETE FROM webim_rooms WHERE uid = ? AND room = ?", {uid, room});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

/// In portions of one size: a statement is kept for each text.
Result<std::vector<RoomMember>> RoomBook::places_of(const std::vector<Uid>& uids) {
  constexpr std::size_t kPortion = 32;
  std::string marks = "?";
  for (std::size_t i = 1; i < kPortion; ++i) marks += ", ?";
  std::vector<RoomMember> places;
  for (std::size_t at = 0; at < uids.size(); at += kPortion) {
    auto db = store_.reader();
    if (!db.ok()) return db.error();
    sql::Values values;
    for (std::size_t i = at; i < at + kPortion; ++i) values.emplace_back(i < uids.size() ? uids[i] : Uid());
    auto found = select_members(*db.value(), "uid IN (" + marks + ") ORDER BY uid, room", values);
    if (!found.ok()) return found.error();
    places.insert(places.end(), found.value().begin(), found.value().end());
  }
  return places;
}

Result<std::vector<Uid>> RoomBook::of_slot(std::size_t slot, std::int64_t grace_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  constexpr sql::Query kOfSlot{"SELECT DISTINCT uid FROM webim_rooms WHERE slot = ? AND joined_ms < ?", 1};
  const auto rows = db.value()->select(kOfSlot, {static_cast<std::int64_t>(slot), now.value() - grace_ms});
  if (!rows.ok()) return rows.error();
  std::vector<Uid> uids;
  for (const sql::Row& row : rows.value()) uids.push_back(row.id<Uid>(0));
  return uids;
}

}  // namespace im::logic::webim
