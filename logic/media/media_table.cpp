#include "logic/media/media_table.hpp"

#include <algorithm>

#include "logic/media/counted_bytes.hpp"

namespace im::logic::media::media_table {

namespace {

constexpr std::size_t kColumns = 13;
constexpr sql::Query kFind{
    "SELECT id, owner, conv_id, state, kind, name, claimed, mime, sha256, size, stored, facts, drop_ms FROM media"
    " WHERE id = ?",
    kColumns};
constexpr sql::Query kFindSame{
    "SELECT id, owner, conv_id, state, kind, name, claimed, mime, sha256, size, stored, facts, drop_ms FROM media"
    " WHERE owner = ? AND sha256 = ? AND size = ? AND (state = 1 OR state = 2 AND (refs > 0 OR drop_ms > ?))"
    " ORDER BY state DESC, created_ms DESC LIMIT 1",
    kColumns};
constexpr sql::Query kOwner{"SELECT state FROM users WHERE uid = ?", 1};
constexpr sql::Query kLockOwner{"SELECT state FROM users WHERE uid = ? FOR UPDATE", 1};
constexpr std::int64_t kErased = 1;
constexpr sql::Query kIsErased{"SELECT COUNT(*) FROM users WHERE uid = ? AND state = 1", 1};
constexpr sql::Query kComingOf{"SELECT COUNT(*) FROM media WHERE owner = ? AND state = 1", 1};
// Rows of before blocks were counted say fewer bytes (decision 122).
constexpr sql::Query kBytesOf{
    "SELECT COALESCE(SUM(CASE WHEN bytes < ? THEN ? ELSE bytes END), 0) FROM"
    " (SELECT CASE WHEN state = 2 THEN stored ELSE size END AS bytes FROM media WHERE owner = ? AND state < 3) theirs",
    1};
constexpr sql::Query kToday{"SELECT bytes FROM media_days WHERE owner = ? AND day = ?", 1};
constexpr sql::Query kDue{"SELECT id FROM media WHERE state = ? AND refs = 0 AND drop_ms <= ? ORDER BY drop_ms LIMIT ?",
                          1};
constexpr sql::Query kOver{
    "SELECT id FROM media WHERE id > ? AND (state = 3 OR refs = 0 AND drop_ms <= ?) ORDER BY id LIMIT ?", 1};
constexpr sql::Query kStateWhenOver{"SELECT state FROM media WHERE id = ? AND (state = 3 OR refs = 0 AND drop_ms <= ?)",
                                    1};
constexpr const char* kAdd =
    "INSERT INTO media (id, owner, conv_id, state, kind, name, claimed, mime, sha256, size, stored, facts, created_ms,"
    " drop_ms) VALUES (?, ?, ?, 1, '', ?, ?, '', ?, ?, 0, '{}', ?, ?)";
constexpr const char* kGoing = "UPDATE media SET state = 3, drop_ms = 0 WHERE id = ?";
constexpr const char* kMoreToday = "UPDATE media_days SET bytes = bytes + ? WHERE owner = ? AND day = ?";
constexpr const char* kFirstToday = "INSERT INTO media_days (bytes, owner, day) VALUES (?, ?, ?)";
constexpr const char* kReady =
    "UPDATE media SET state = 2, kind = ?, mime = ?, stored = ?, facts = ?, drop_ms = ? WHERE id = ?"
    " AND (state = 1 OR state = 2 AND (refs > 0 OR drop_ms > ?))";
constexpr const char* kRename = "UPDATE media SET name = ? WHERE id = ?";
constexpr const char* kKeep = "UPDATE media SET drop_ms = ? WHERE id = ? AND state < 3 AND drop_ms < ?";
constexpr const char* kPutOff = "UPDATE media SET drop_ms = ? WHERE id = ? AND state <> 2 AND drop_ms < ?";
constexpr const char* kLetGo = "UPDATE media SET state = 3 WHERE id = ? AND state < 3 AND refs = 0 AND drop_ms <= ?";

constexpr sql::Query kOf{"SELECT id FROM media WHERE owner = ?", 1};
constexpr const char* kUnnameOf = "DELETE FROM media_refs WHERE media_id IN (SELECT id FROM media WHERE owner = ?)";
constexpr const char* kLetGoOf = "UPDATE media SET state = 3, refs = 0, drop_ms = 0 WHERE owner = ?";
constexpr const char* kForgetDays = "DELETE FROM media_days WHERE owner = ?";
// What a message names, it names while it is there and not recalled.
constexpr sql::Query kCounted{
    "SELECT m.id, m.kind, m.state, m.refs,"
    " (SELECT COUNT(*) FROM media_refs r JOIN messages e ON e.conv_id = r.conv_id AND e.seq = r.seq AND e.recalled = 0"
    " WHERE r.media_id = m.id), (SELECT COUNT(*) FROM media_refs r WHERE r.media_id = m.id), m.size, m.facts, m.owner"
    " FROM media m WHERE m.id >= ? AND m.id < ?",
    9};
constexpr sql::Query kSome{"SELECT COUNT(*) FROM (SELECT 1 AS one FROM media WHERE id >= ? AND id < ? LIMIT ?) some",
                           1};
constexpr const char* kUnname =
    "DELETE FROM media_refs WHERE media_id = ? AND NOT EXISTS (SELECT 1 FROM messages e WHERE e.conv_id ="
    " media_refs.conv_id AND e.seq = media_refs.seq AND e.recalled = 0)";
constexpr const char* kRecount =
    "UPDATE media SET refs = (SELECT COUNT(*) FROM media_refs r WHERE r.media_id = media.id) WHERE id = ?"
    " AND refs <> (SELECT COUNT(*) FROM media_refs r WHERE r.media_id = media.id)";
constexpr const char* kBehindHex = "~";  // sorts behind every digit of an id

Status done(const Result<std::int64_t>& result) { return result ? Status(Ok{}) : Status(result.error()); }

Result<bool> any(const Result<std::int64_t>& result) {
  if (!result) return result.error();
  return result.value() > 0;
}

Result<std::optional<MediaRow>> row_of(const Result<sql::Rows>& rows) {
  if (!rows) return rows.error();
  if (rows.value().empty()) return std::optional<MediaRow>();
  const auto& from = rows.value().front();
  MediaRow row;
  row.id = from.text(0);
  row.owner = from.id<Uid>(1);
  row.conv = from.id<chat::ConvId>(2);
  row.state = static_cast<MediaState>(from.number(3));
  row.kind = from.text(4);
  row.name = from.text(5);
  row.claimed = from.text(6);
  row.mime = from.text(7);
  row.sha256 = from.text(8);
  row.size = from.number(9);
  row.stored = from.number(10);
  row.facts = from.text(11);
  row.drop_ms = from.number(12);
  return std::optional<MediaRow>(std::move(row));
}

Result<std::vector<std::string>> ids_of(const Result<sql::Rows>& rows) {
  if (!rows) return rows.error();
  std::vector<std::string> ids;
  for (const auto& row : rows.value()) ids.push_back(row.text(0));
  return ids;
}

Result<std::int64_t> number(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  auto rows = db.select(query, values);
  if (!rows) return rows.error();
  return rows.value().empty() ? 0 : rows.value().front().number(0);
}

}  // namespace

// Written so that nobody takes another way through it: `+ 0` hides the index of states, which has the media of all
// users, and a sender that is compared outside hides the index of senders, which has all messages of one.
const sql::Query kLeftOut{
    "SELECT COALESCE(SUM(CASE WHEN m.stored < ? THEN ? ELSE m.stored END), 0) FROM media m"
    " WHERE m.owner = ? AND m.state + 0 = 2 AND m.refs > 0 AND NOT EXISTS (SELECT 1 FROM media_refs r"
    " WHERE r.media_id = m.id AND (SELECT e.sender FROM messages e WHERE e.conv_id = r.conv_id AND e.seq = r.seq)"
    " = m.owner)",
    1};

Result<std::optional<MediaRow>> find(sql::Connection& db, const std::string& id) {
  return row_of(db.select(kFind, {id}));
}

Result<std::optional<MediaRow>> find_same(sql::Connection& db, const SameAsk& ask, std::int64_t now_ms) {
  return row_of(db.select(kFindSame, {ask.owner, ask.sha256, ask.size, now_ms}));
}

// SQLite has one writer at a time.
Result<bool> lock_owner(sql::Connection& db, Uid owner) {
  const auto rows = db.select(db.engine() == sql::Engine::kSqlite ? kOwner : kLockOwner, {owner});
  if (!rows) return rows.error();
  return rows.value().empty() || rows.value().front().number(0) != kErased;
}

Result<bool> is_erased(sql::Connection& db, Uid uid) {
  const auto rows = db.select(kIsErased, {uid});
  if (!rows) return rows.error();
  return rows.value().front().number(0) > 0;
}

Result<UserRoom> look_at_room(sql::Connection& db, Uid owner, std::int64_t room) {
  const auto bytes = number(db, kBytesOf, {kLeastCounted, kLeastCounted, owner});
  if (!bytes) return bytes.error();
  if (bytes.value() <= room) return UserRoom{room, std::nullopt};
  const auto left_out = number(db, kLeftOut, {kLeastCounted, kLeastCounted, owner});
  if (!left_out) return left_out.error();
  return UserRoom{room, left_out.value()};
}

Result<MediaUse> use_of(sql::Connection& db, Uid owner, std::int64_t day, const UserRoom& room) {
  const auto coming = number(db, kComingOf, {owner});
  if (!coming) return coming.error();
  const auto bytes = number(db, kBytesOf, {kLeastCounted, kLeastCounted, owner});
  if (!bytes) return bytes.error();
  const bool is_known = room.left_out || bytes.value() <= room.bytes;
  const auto left_out = is_known ? Result<std::int64_t>(room.left_out.value_or(0))
                                 : number(db, kLeftOut, {kLeastCounted, kLeastCounted, owner});
  if (!left_out) return left_out.error();
  const auto today = number(db, kToday, {owner, day});
  if (!today) return today.error();
  return MediaUse{coming.value(), std::max<std::int64_t>(bytes.value() - left_out.value(), 0), today.value()};
}

Status add(sql::Connection& db, const MediaRow& row, std::int64_t now_ms) {
  return done(db.execute(
      kAdd, {row.id, row.owner, row.conv, row.name, row.claimed, row.sha256, row.size, now_ms, row.drop_ms}));
}

Status owe_removal(sql::Connection& db, const MediaRow& row, std::int64_t now_ms) {
  const auto there = find(db, row.id);
  if (!there) return there.error();
  if (there.value()) return Ok{};
  if (auto added = add(db, row, now_ms); !added) return added;
  return done(db.execute(kGoing, {row.id}));
}

Status count_day(sql::Connection& db, Uid owner, std::int64_t day, std::int64_t bytes) {
  auto more = any(db.execute(kMoreToday, {bytes, owner, day}));
  if (!more) return more.error();
  return more.value() ? Status(Ok{}) : done(db.execute(kFirstToday, {bytes, owner, day}));
}

Result<bool> make_ready(sql::Connection& db, const MediaRow& row, std::int64_t now_ms) {
  return any(db.execute(kReady, {row.kind, row.mime, row.stored, row.facts, row.drop_ms, row.id, now_ms}));
}

Status note_made(sql::Connection& db, const std::string& id, std::int64_t bytes) {
  return done(db.execute("UPDATE media SET stored = ? WHERE id = ? AND state = 1", {bytes, id}));
}

Status rename(sql::Connection& db, const std::string& id, const std::string& name) {
  return done(db.execute(kRename, {name, id}));
}

Status keep_until(sql::Connection& db, const std::string& id, std::int64_t drop_ms) {
  return done(db.execute(kKeep, {drop_ms, id, drop_ms}));
}

Result<std::vector<std::string>> due(sql::Connection& db, MediaState state, std::int64_t now_ms, int limit) {
  return ids_of(db.select(kDue, {static_cast<int>(state), now_ms, limit}));
}

Result<std::vector<std::string>> over(sql::Connection& db, const std::string& behind, std::int64_t now_ms, int limit) {
  return ids_of(db.select(kOver, {behind, now_ms, limit}));
}

Result<std::optional<MediaState>> state_when_over(sql::Connection& db, const std::string& id, std::int64_t now_ms) {
  auto rows = db.select(kStateWhenOver, {id, now_ms});
  if (!rows) return rows.error();
  if (rows.value().empty()) return std::optional<MediaState>();
  return std::optional<MediaState>(static_cast<MediaState>(rows.value().front().number(0)));
}

Status put_off(sql::Connection& db, const std::string& id, std::int64_t drop_ms) {
  return done(db.execute(kPutOff, {drop_ms, id, drop_ms}));
}

Result<bool> let_go(sql::Connection& db, const std::string& id, std::int64_t now_ms) {
  return any(db.execute(kLetGo, {id, now_ms}));
}

Status forget(sql::Connection& db, const std::string& id) {
  return done(db.execute("DELETE FROM media WHERE id = ? AND state = 3", {id}));
}

Result<std::vector<std::string>> let_go_of(sql::Connection& db, Uid owner) {
  auto ids = ids_of(db.select(kOf, {owner}));
  if (!ids) return ids;
  // The rows first: whoever is about to name one of them waits for its row, and finds it going.
  for (const char* statement : {kLetGoOf, kUnnameOf, kForgetDays})
    if (auto did = db.execute(statement, {owner}); !did) return did.error();
  return ids;
}

Result<bool> has_so_many(sql::Connection& db, const std::string& begin, std::size_t count) {
  auto found = number(db, kSome, {begin, begin + kBehindHex, static_cast<std::int64_t>(count)});
  if (!found) return found.error();
  return found.value() >= static_cast<std::int64_t>(count);
}

Result<std::vector<CountedRow>> counted(sql::Connection& db, const std::string& begin) {
  auto rows = db.select(kCounted, {begin, begin + kBehindHex});
  if (!rows) return rows.error();
  std::vector<CountedRow> out;
  for (const auto& row : rows.value()) {
    const std::int64_t named = row.number(4), listed = row.number(5);
    // A name of a message that is gone is as wrong as a number.
    out.push_back({{row.text(0), row.text(1), row.number(6), row.text(7)},
                   static_cast<MediaState>(row.number(2)),
                   row.number(3),
                   named == listed ? named : -1,
                   Uid(row.number(8))});
  }
  return out;
}

Result<bool> recount(sql::Connection& db, const std::string& id) {
  const auto gone = db.execute(kUnname, {id});
  if (!gone) return gone.error();
  const auto counted = db.execute(kRecount, {id});
  if (!counted) return counted.error();
  return gone.value() > 0 || counted.value() > 0;
}

}  // namespace im::logic::media::media_table
