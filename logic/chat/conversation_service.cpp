#include "logic/chat/conversation_service.hpp"

#include <algorithm>
#include <limits>

#include "logic/chat/check.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kP2p{"SELECT conv_id FROM conversations WHERE low_uid = ? AND high_uid = ?", 1};
constexpr sql::Query kRoom{"SELECT conv_id FROM conversations WHERE room_key = ?", 1};
constexpr sql::Query kUser{"SELECT state FROM users WHERE uid = ?", 1};
constexpr const char* kMakeP2p = "INSERT INTO conversations (kind, low_uid, high_uid, created_ms) VALUES (1, ?, ?, ?)";
constexpr const char* kMakeRoom = "INSERT INTO conversations (kind, room_key, created_ms) VALUES (3, ?, ?)";
constexpr const char* kMember = "INSERT INTO members (conv_id, uid, joined_ms) VALUES (?, ?, ?)";
constexpr const char* kSilent = "UPDATE members SET silent = ? WHERE conv_id = ? AND uid = ?";
constexpr const char* kPinned = "UPDATE members SET pinned_ms = ? WHERE conv_id = ? AND uid = ?";
constexpr const char* kHidden =
    "UPDATE members SET hidden_seq = (SELECT last_seq FROM conversations c WHERE c.conv_id = members.conv_id)"
    " WHERE conv_id = ? AND uid = ?";
constexpr const char* kShown = "UPDATE members SET hidden_seq = -1 WHERE conv_id = ? AND uid = ?";
constexpr sql::Query kReaders{
    "SELECT uid, read_seq FROM members WHERE conv_id = ? AND read_seq >= ? AND uid <> ? ORDER BY read_seq, uid LIMIT ?",
    2};
constexpr sql::Query kMemberUids{"SELECT uid FROM members WHERE conv_id = ? AND from_seq < ? ORDER BY uid", 1};
constexpr sql::Query kMemberCount{"SELECT member_count FROM group_info WHERE conv_id = ?", 1};
constexpr Seq kAnySeq = std::numeric_limits<Seq>::max();

Result<std::optional<ConvId>> found(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  auto rows = db.select(query, values);
  if (!rows) return rows.error();
  if (rows.value().empty()) return std::optional<ConvId>();
  return std::optional<ConvId>(rows.value().front().id<ConvId>(0));
}

Status user_exists(sql::Connection& db, Uid uid) {
  auto rows = db.select(kUser, {uid});
  if (!rows) return rows.error();
  if (rows.value().empty() || rows.value().front().number(0) != 0) return Error{Error::Code::kNotFound, "no such user"};
  return Ok{};
}

/// Those that are given, of one member.
Status write_settings(store::Write& into, ConvId conv, Uid uid, const ConvSettings& settings) {
  const auto run = [&](const char* text, const sql::Values& values) -> Status {
    auto done = into.db.execute(text, values);
    return done ? Status(Ok{}) : Status(done.error());
  };
  Status done = Ok{};
  if (settings.silent) done = run(kSilent, {*settings.silent, conv, uid});
  if (done && settings.pinned) done = run(kPinned, {*settings.pinned ? into.now_ms : 0, conv, uid});
  if (done && settings.hidden) done = run(*settings.hidden ? kHidden : kShown, {conv, uid});
  return done;
}

}  // namespace

Result<ConvId> ConversationService::open_p2p(const Actor& actor, Uid peer) {
  const auto [low, high] = std::minmax(actor.uid, peer);
  if (low.value() <= 0 || low == high) return Error{Error::Code::kInvalid, "to: is no other user"};
  {
    auto db = store_.reader();
    if (!db) return db.error();
    auto there = found(*db.value(), kP2p, {low, high});
    if (!there) return there.error();
    if (there.value()) return *there.value();
  }
  // low and high are structured bindings, which GCC 12 does not capture in a lambda that becomes a std::function.
  const Uid first = low, second = high;
  return store_.lanes().write<ConvId>(first.value(), [&](store::Write& into) { return make_p2p(into, first, second); });
}

Result<ConvId> ConversationService::make_p2p(store::Write& into, Uid low, Uid high) {
  auto there = found(into.db, kP2p, {low, high});
  if (!there) return there.error();
  if (there.value()) return *there.value();
  for (const auto uid : {low, high})
    if (auto exists = user_exists(into.db, uid); !exists) return exists.error();
  auto made = into.db.insert(kMakeP2p, {low, high, into.now_ms});
  if (!made) return made.error();
  for (const auto uid : {low, high})
    if (auto joined = into.db.execute(kMember, {made.value(), uid, into.now_ms}); !joined) return joined.error();
  return ConvId(made.value());
}

Result<ConvId> ConversationService::open_room(const std::string& key) {
  if (auto good = check_given("room", key, limits_.name_bytes); !good) return good.error();
  return store_.lanes().write<ConvId>(0, [&](store::Write& into) -> Result<ConvId> {
    auto there = found(into.db, kRoom, {key});
    if (!there) return there.error();
    if (there.value()) return *there.value();
    auto made = into.db.insert(kMakeRoom, {key, into.now_ms});
    if (!made) return made.error();
    return ConvId(made.value());
  });
}

Status ConversationService::set(const Actor& actor, ConvId conv, const ConvSettings& settings) {
  return store_.lanes().write<Ok>(conv.value(), [&](store::Write& into) -> Status {
    auto standing = standing_of(into.db, conv, actor.uid);
    if (!standing) return standing.error();
    if (auto may = rights_.may(standing.value(), Action::kSettings, into.now_ms); !may) return may;
    return write_settings(into, conv, actor.uid, settings);
  });
}

Result<std::vector<Reader>> ConversationService::readers(const Actor& actor, ConvId conv, Seq seq) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kRead, 0); !may) return may.error();
  auto rows = db.value()->select(kReaders, {conv, seq, actor.uid, limits_.page});
  if (!rows) return rows.error();
  std::vector<Reader> readers;
  for (const auto& row : rows.value()) readers.push_back({row.id<Uid>(0), row.number(1)});
  return readers;
}

Result<std::vector<Uid>> ConversationService::listeners(const Actor& actor, ConvId conv, std::size_t most) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  const Standing& me = standing.value();
  if (auto may = rights_.may(me, Action::kSettings, 0); !may) return may.error();
  if (me.kind == ConvKind::kP2p) return me.blocked_by_peer ? std::vector<Uid>() : std::vector<Uid>{me.peer};
  auto count = db.value()->select(kMemberCount, {conv});
  if (!count) return count.error();
  const bool few = !count.value().empty() && count.value().front().number(0) <= static_cast<std::int64_t>(most);
  if (!few) return std::vector<Uid>();
  auto members = members_of(conv);
  if (members) std::erase(members.value(), actor.uid);
  return members;
}

Result<std::vector<Uid>> ConversationService::members_of(ConvId conv) { return readers_of(conv, kAnySeq); }

Result<std::vector<Uid>> ConversationService::readers_of(ConvId conv, Seq seq) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kMemberUids, {conv, seq});
  if (!rows) return rows.error();
  std::vector<Uid> members;
  for (const auto& row : rows.value()) members.push_back(row.id<Uid>(0));
  return members;
}

}  // namespace im::logic::chat
