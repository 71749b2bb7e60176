#include "logic/chat/reaction_service.hpp"

#include "logic/chat/check.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kHasReaction{
    "SELECT COUNT(*) FROM reactions WHERE conv_id = ? AND seq = ? AND uid = ? AND emoji = ?", 1};
constexpr sql::Query kHasPin{"SELECT COUNT(*) FROM pins WHERE conv_id = ? AND seq = ?", 1};
constexpr sql::Query kReactionsOfMine{"SELECT COUNT(*) FROM reactions WHERE conv_id = ? AND seq = ? AND uid = ?", 1};
constexpr sql::Query kPinsHere{"SELECT COUNT(*) FROM pins WHERE conv_id = ?", 1};
constexpr const char* kReact = "INSERT INTO reactions (conv_id, seq, uid, emoji) VALUES (?, ?, ?, ?)";
constexpr const char* kUnreact = "DELETE FROM reactions WHERE conv_id = ? AND seq = ? AND uid = ? AND emoji = ?";
constexpr const char* kPin = "INSERT INTO pins (conv_id, seq, uid, ts) VALUES (?, ?, ?, ?)";
constexpr const char* kUnpin = "DELETE FROM pins WHERE conv_id = ? AND seq = ?";
constexpr sql::Query kReactions{
    "SELECT seq, uid, emoji FROM reactions WHERE conv_id = ? AND seq BETWEEN ? AND ? ORDER BY seq, uid LIMIT 2000", 3};
constexpr sql::Query kPins{"SELECT seq FROM pins WHERE conv_id = ? ORDER BY ts DESC, seq DESC", 1};

Result<std::int64_t> count(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  auto rows = db.select(query, values);
  if (!rows) return rows.error();
  return rows.value().front().number(0);
}

Result<bool> any(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  auto found = count(db, query, values);
  if (!found) return found.error();
  return found.value() > 0;
}

Status below(sql::Connection& db, const sql::Query& query, const sql::Values& values, int limit) {
  auto found = count(db, query, values);
  if (!found) return found.error();
  if (found.value() >= limit) return Error{Error::Code::kConflict, "not more than " + std::to_string(limit)};
  return Ok{};
}

Status done(const Result<std::int64_t>& executed) { return executed ? Status(Ok{}) : Status(executed.error()); }

}  // namespace

Result<Place> ReactionService::toggle(const Actor& actor, const Target& target, bool on, const Toggle& what) {
  return store_.lanes().write<Place>(target.conv.value(), [&](store::Write& into) -> Result<Place> {
    auto head = store::lock_head(into, target.conv);
    if (!head) return head.error();
    auto message = message_meant(into.db, rights_, actor, target, into.now_ms);
    if (!message) return message.error();
    auto is_on = what.is_on(into.db);
    if (!is_on) return is_on.error();
    if (is_on.value() == on) return Place{target.conv, head.value().last_seq, head.value().last_ts, true};
    if (auto changed = what.change(into); !changed) return changed.error();
    Message row{.kind = what.kind, .type = on ? "on" : "off", .body = what.body};
    row.ref_seq = target.seq;
    row.hidden_from = message.value().hidden_from;
    sign(row, actor);
    auto added = store::append(into, head.value(), std::move(row));
    if (!added) return added.error();
    return place_of(added.value());
  });
}

Result<Place> ReactionService::react(const Actor& actor, ConvId conv, Seq seq, const std::string& emoji, bool on) {
  if (auto good = check_emoji(emoji); !good) return good.error();
  Toggle what{.kind = RowKind::kReaction, .body = emoji};
  what.is_on = [&](sql::Connection& db) { return any(db, kHasReaction, {conv, seq, actor.uid, emoji}); };
  what.change = [&](store::Write& into) -> Status {
    if (!on) return done(into.db.execute(kUnreact, {conv, seq, actor.uid, emoji}));
    auto room = below(into.db, kReactionsOfMine, {conv, seq, actor.uid}, limits_.reactions);
    return room ? done(into.db.execute(kReact, {conv, seq, actor.uid, emoji})) : room;
  };
  return toggle(actor, {conv, seq, Action::kReact}, on, what);
}

Result<Place> ReactionService::pin(const Actor& actor, ConvId conv, Seq seq, bool on) {
  Toggle what{.kind = RowKind::kPin};
  what.is_on = [&](sql::Connection& db) { return any(db, kHasPin, {conv, seq}); };
  what.change = [&](store::Write& into) -> Status {
    if (!on) return done(into.db.execute(kUnpin, {conv, seq}));
    auto room = below(into.db, kPinsHere, {conv}, limits_.pins);
    return room ? done(into.db.execute(kPin, {conv, seq, actor.uid, into.now_ms})) : room;
  };
  return toggle(actor, {conv, seq, Action::kPin}, on, what);
}

Result<std::vector<Reaction>> ReactionService::reactions(const Actor& actor, ConvId conv, Seq first, Seq last) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kRead, 0); !may) return may.error();
  auto rows = db.value()->select(kReactions, {conv, std::max(first, standing.value().from_seq + 1), last});
  if (!rows) return rows.error();
  std::vector<Reaction> reactions;
  for (const auto& row : rows.value()) reactions.push_back({row.number(0), row.id<Uid>(1), row.text(2)});
  return reactions;
}

Result<std::vector<Seq>> ReactionService::pins(const Actor& actor, ConvId conv) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kRead, 0); !may) return may.error();
  auto rows = db.value()->select(kPins, {conv});
  if (!rows) return rows.error();
  std::vector<Seq> pins;
  for (const auto& row : rows.value())
    if (row.number(0) > standing.value().from_seq) pins.push_back(row.number(0));
  return pins;
}

}  // namespace im::logic::chat
