#include <algorithm>

#include "logic/chat/check.hpp"
#include "logic/chat/conversation_service.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kMark{
    "SELECT read_seq, read_counted, skipped, skipped_read, from_seq FROM members WHERE conv_id = ? AND uid = ?", 5};
constexpr sql::Query kCountedAt{"SELECT counted FROM messages WHERE conv_id = ? AND seq = ?", 1};
// Rows between two marks that are no news: by the primary key, as many as were unread.
constexpr sql::Query kSkippedBetween{
    "SELECT COUNT(*) FROM messages WHERE conv_id = ? AND seq > ? AND seq <= ? AND kind = 1 AND (sender = ? OR "
    "hidden_from = ?)",
    1};
constexpr const char* kMoveRead =
    "UPDATE members SET read_seq = ?, read_counted = ?, skipped_read = ? WHERE conv_id = ? AND uid = ?";
constexpr const char* kMoveDelivered =
    "UPDATE delivered SET seq = CASE WHEN seq < ? THEN ? ELSE seq END WHERE conv_id = ? AND uid = ? AND device = ?";
constexpr const char* kFirstDelivered = "INSERT INTO delivered (conv_id, uid, device, seq) VALUES (?, ?, ?, ?)";
constexpr sql::Query kDelivered{"SELECT seq FROM delivered WHERE conv_id = ? AND uid = ? AND device = ?", 1};
constexpr sql::Query kFurthest{"SELECT COALESCE(MAX(seq), 0) FROM delivered WHERE conv_id = ? AND uid = ?", 1};

struct Mark {
  Seq read_seq = 0;
  std::int64_t read_counted = 0, skipped = 0, skipped_read = 0;

  std::int64_t unread(std::int64_t counted) const { return counted - read_counted - (skipped - skipped_read); }
};

Result<std::int64_t> number(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  auto rows = db.select(query, values);
  if (!rows) return rows.error();
  return rows.value().empty() ? 0 : rows.value().front().number(0);
}

/// The other one of two, unless they want nothing of the user.
Uid listener(const Standing& standing) {
  return standing.kind == ConvKind::kP2p && !standing.blocked_by_peer ? standing.peer : Uid();
}

/// The mark at `seq`, which is after where it is now.
Result<Mark> moved(sql::Connection& db, const store::ConvHead& head, Uid uid, Mark mark, Seq seq) {
  if (seq == head.last_seq) return Mark{seq, head.counted, mark.skipped, mark.skipped};
  auto counted = number(db, kCountedAt, {head.conv, seq});
  if (!counted) return counted.error();
  auto skipped = number(db, kSkippedBetween, {head.conv, mark.read_seq, seq, uid, uid});
  if (!skipped) return skipped.error();
  return Mark{seq, counted.value(), mark.skipped, mark.skipped_read + skipped.value()};
}

}  // namespace

Result<ReadMark> ConversationService::read(const Actor& actor, ConvId conv, Seq seq) {
  if (seq < 0) return Error{Error::Code::kInvalid, "seq: is no message"};
  return store_.lanes().write<ReadMark>(conv.value(),
                                        [&](store::Write& into) { return move_read(into, actor, conv, seq); });
}

Result<ReadMark> ConversationService::move_read(store::Write& into, const Actor& actor, ConvId conv, Seq seq) {
  auto head = store::lock_head(into, conv);
  if (!head) return head.error();
  auto standing = standing_of(into.db, conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kSettings, into.now_ms); !may) return may.error();
  if (seq > head.value().last_seq) return Error{Error::Code::kInvalid, "seq: is no message yet"};
  auto rows = into.db.select(kMark, {conv, actor.uid});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such conversation"};
  const auto& row = rows.value().front();
  Mark mark{row.number(0), row.number(1), row.number(2), row.number(3)};
  const bool moves = seq > mark.read_seq;
  if (moves) {
    auto next = moved(into.db, head.value(), actor.uid, mark, seq);
    if (!next) return next.error();
    mark = next.value();
    auto done = into.db.execute(kMoveRead, {mark.read_seq, mark.read_counted, mark.skipped_read, conv, actor.uid});
    if (!done) return done.error();
  }
  return ReadMark{conv, mark.read_seq, mark.unread(head.value().counted), moves, listener(standing.value())};
}

Result<DeliveredMark> ConversationService::delivered(const Actor& actor, ConvId conv, Seq seq) {
  if (auto good = check_given("device", actor.device, limits_.name_bytes); !good) return good.error();
  return store_.lanes().write<DeliveredMark>(
      conv.value(), [&](store::Write& into) { return move_delivered(into, actor, conv, seq); });
}

Result<DeliveredMark> ConversationService::move_delivered(store::Write& into, const Actor& actor, ConvId conv,
                                                          Seq seq) {
  auto head = store::lock_head(into, conv);
  if (!head) return head.error();
  auto standing = standing_of(into.db, conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kSettings, into.now_ms); !may) return may.error();
  if (seq < 0 || seq > head.value().last_seq) return Error{Error::Code::kInvalid, "seq: is no message yet"};
  auto before = number(into.db, kDelivered, {conv, actor.uid, actor.device});
  if (!before) return before.error();
  DeliveredMark mark{.conv = conv, .seq = std::max(seq, before.value()), .peer = listener(standing.value())};
  if (before.value() >= seq) return mark;
  auto furthest = number(into.db, kFurthest, {conv, actor.uid});
  if (!furthest) return furthest.error();
  auto updated = into.db.execute(kMoveDelivered, {seq, seq, conv, actor.uid, actor.device});
  if (updated && updated.value() == 0) updated = into.db.execute(kFirstDelivered, {conv, actor.uid, actor.device, seq});
  if (!updated) return updated.error();
  mark.moved = true;
  mark.first = furthest.value() < seq;
  return mark;
}

}  // namespace im::logic::chat
