#include "logic/webim/room_book.hpp"

#include <algorithm>
#include <utility>

#include "common/base/slot.hpp"
#include "logic/webim/uid_portions.hpp"

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

constexpr const char* kAddExit = "INSERT INTO webim_exits (uid, room, name, left_ms, tried_ms) VALUES (?, ?, ?, ?, ?)";
constexpr const char* kDropExit = "DELETE FROM webim_exits WHERE uid = ? AND room = ?";
constexpr sql::Query kExit{
    "SELECT uid, room, name, left_ms, tried_ms FROM webim_exits e WHERE uid = ? AND room = ? AND NOT EXISTS "
    "(SELECT 1 FROM webim_rooms r WHERE r.uid = e.uid AND r.room = e.room)",
    5};
constexpr sql::Query kOwed{
    "SELECT uid, room, name, left_ms, tried_ms FROM webim_exits WHERE tried_ms < ? ORDER BY tried_ms LIMIT 200", 5};

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

/// With those who were there when they left, and still are.
Result<Left> left_of(sql::Connection& db, const sql::Row& exit) {
  Left left{{exit.id<Uid>(0), exit.text(1), exit.text(2), {}, {}}, {}, exit.number(3)};
  auto rest = select_members(db, "room = ? AND joined_ms <= ? ORDER BY place", {left.who.room, left.at_ms});
  if (!rest.ok()) return rest.error();
  left.rest = std::move(rest).value();
  return left;
}

Result<std::vector<Uid>> select_uids(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  const auto rows = db.select(query, values);
  if (!rows.ok()) return rows.error();
  std::vector<Uid> uids;
  for (const sql::Row& row : rows.value()) uids.push_back(row.id<Uid>(0));
  return uids;
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
        const auto owed = into.db.execute(kDropExit, {member.uid, member.room});
        if (!owed.ok()) return owed.error();
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

/// A logic of before exits were owed may have let them in again while one was.
Result<std::optional<Left>> RoomBook::leave(const std::string& room, Uid uid) {
  using Done = std::optional<Left>;
  return store_.lanes().write<Done>(uid.value(), [&](store::Write& into) -> Result<Done> {
    auto members = in_room(into.db, room);
    if (!members.ok()) return members.error();
    const auto me = std::ranges::find(members.value(), uid, &RoomMember::uid);
    if (me == members.value().end()) return Done();
    Left left{*me, {}, into.now_ms};
    members.value().erase(me);
    left.rest = std::move(members).value();
    const auto gone = into.db.execute("DELETE FROM webim_rooms WHERE uid = ? AND room = ?", {uid, room});
    if (!gone.ok()) return gone.error();
    if (gone.value() == 0) return Done();
    if (left.rest.empty()) return Done(std::move(left));
    const auto earlier = into.db.execute(kDropExit, {uid, room});
    if (!earlier.ok()) return earlier.error();
    const auto owed = into.db.execute(kAddExit, {uid, room, left.who.name, left.at_ms, left.at_ms});
    return owed.ok() ? Result<Done>(std::move(left)) : owed.error();
  });
}

Status RoomBook::told(const Left& left) {
  return store_.lanes().write<Ok>(left.who.uid.value(), [&](store::Write& into) -> Status {
    const auto done = into.db.execute("DELETE FROM webim_exits WHERE uid = ? AND room = ? AND left_ms = ?",
                                      {left.who.uid, left.who.room, left.at_ms});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

Result<std::optional<Left>> RoomBook::owed(const std::string& room, Uid uid) {
  using Found = std::optional<Left>;
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(kExit, {uid, room});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty()) return Found();
  auto left = left_of(*db.value(), rows.value().front());
  return left.ok() ? Result<Found>(std::move(left).value()) : left.error();
}

Result<std::vector<Left>> RoomBook::take_owed(std::int64_t idle_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  const auto rows = db.value()->select(kOwed, {now.value() - idle_ms});
  if (!rows.ok()) return rows.error();
  std::vector<Left> all;
  for (const sql::Row& row : rows.value()) {
    auto left = take_owed(row);
    if (!left.ok()) return left.error();
    if (left.value()) all.push_back(*std::move(left).value());
  }
  return all;
}

/// Nothing: another logic has it, or they are there again.
Result<std::optional<Left>> RoomBook::take_owed(const sql::Row& exit) {
  using Taken = std::optional<Left>;
  return store_.lanes().write<Taken>(exit.number(0), [&](store::Write& into) -> Result<Taken> {
    const auto taken = into.db.execute(
        "UPDATE webim_exits SET tried_ms = ? WHERE uid = ? AND room = ? AND left_ms = ? AND tried_ms = ?",
        {into.now_ms, exit.number(0), exit.text(1), exit.number(3), exit.number(4)});
    if (!taken.ok()) return taken.error();
    if (taken.value() == 0) return Taken();
    const auto there = into.db.select(kIsInRoom, {exit.number(0), exit.text(1)});
    if (!there.ok()) return there.error();
    if (!there.value().empty()) {
      const auto untrue = into.db.execute(kDropExit, {exit.number(0), exit.text(1)});
      return untrue.ok() ? Result<Taken>(Taken()) : untrue.error();
    }
    auto left = left_of(into.db, exit);
    return left.ok() ? Result<Taken>(std::move(left).value()) : left.error();
  });
}

Result<std::vector<RoomMember>> RoomBook::places_of(const std::vector<Uid>& uids) {
  std::vector<RoomMember> places;
  for (std::size_t at = 0; at < uids.size(); at += kPortion) {
    auto db = store_.reader();
    if (!db.ok()) return db.error();
    auto found = select_members(*db.value(), "uid IN (" + marks() + ") ORDER BY uid, room", portion(uids, at));
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
  return select_uids(*db.value(), kOfSlot, {static_cast<std::int64_t>(slot), now.value() - grace_ms});
}

Result<std::vector<Uid>> RoomBook::who_came(std::int64_t from_ms, std::int64_t until_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  constexpr sql::Query kWhoCame{"SELECT DISTINCT uid FROM webim_rooms WHERE joined_ms >= ? AND joined_ms < ?", 1};
  return select_uids(*db.value(), kWhoCame, {from_ms, until_ms});
}

}  // namespace im::logic::webim
