#include "logic/chat/history_service.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic::chat {

namespace {

constexpr std::size_t kOwnColumns = 16;

/// The caller's conversations, each with its newest row; the columns of that row come last.
std::string list_text(const std::string& which) {
  return "SELECT c.conv_id, c.kind, CASE WHEN c.low_uid = me.uid THEN c.high_uid ELSE c.low_uid END,"
         " COALESCE(g.name, u.name), COALESCE(g.avatar, u.avatar), c.last_seq, c.last_ts, me.read_seq, c.counted,"
         " me.read_counted, me.skipped, me.skipped_read, me.silent, me.pinned_ms, me.hidden_seq, me.role, " +
         store::message_columns() +
         " FROM members me JOIN conversations c ON c.conv_id = me.conv_id LEFT JOIN group_info g ON g.conv_id = "
         "c.conv_id"
         " LEFT JOIN users u ON c.kind = 1 AND u.uid = CASE WHEN c.low_uid = me.uid THEN c.high_uid ELSE c.low_uid END"
         " LEFT JOIN messages m ON m.conv_id = c.conv_id AND m.seq = c.last_seq AND m.seq > me.from_seq" +
         store::kMessageJoin + "WHERE me.uid = ? AND " + which;
}

Message last_of(const sql::Row& row, Uid reader) {
  std::vector<std::optional<std::string>> columns;
  columns.reserve(store::kMessageColumns);
  for (std::size_t i = 0; i < store::kMessageColumns; ++i)
    columns.push_back(row.is_null(kOwnColumns + i) ? std::nullopt : std::optional(row.text(kOwnColumns + i)));
  auto last = store::message_of(sql::Row(std::move(columns)));
  if (last.hidden_from == reader) return {.conv = last.conv, .seq = last.seq, .hidden_from = reader};
  if (last.recalled) last.body.clear();
  return last;
}

ConvSummary summary_of(const sql::Row& row, Uid reader) {
  ConvSummary summary;
  summary.conv = row.id<ConvId>(0);
  summary.kind = static_cast<ConvKind>(row.number(1));
  if (summary.kind == ConvKind::kP2p) summary.peer = row.id<Uid>(2);
  summary.name = row.text(3);
  summary.avatar = row.text(4);
  summary.last_seq = row.number(5);
  summary.last_ts = row.number(6);
  summary.read_seq = row.number(7);
  summary.unread = row.number(8) - row.number(9) - (row.number(10) - row.number(11));
  summary.silent = row.flag(12);
  summary.pinned = row.flag(13);
  summary.hidden = row.number(14) >= summary.last_seq;
  summary.role = static_cast<Role>(row.number(15));
  summary.last = last_of(row, reader);
  return summary;
}

}  // namespace

Result<SyncAll> HistoryService::sync_all(const Actor& actor, const std::map<ConvId, Seq>& marks,
                                         std::int64_t since_ms) {
  static const auto text =
      list_text("c.last_ts >= ? ORDER BY (me.pinned_ms > 0) DESC, c.last_ts DESC, c.conv_id LIMIT ?");
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select({text, kOwnColumns + store::kMessageColumns},
                                 {actor.uid, since_ms, limits_.conversations + 1});
  if (!rows) return rows.error();
  SyncAll answer{.epoch = store_.epoch()};
  answer.has_more = rows.value().size() > static_cast<std::size_t>(limits_.conversations);
  if (answer.has_more) rows.value().pop_back();
  for (const auto& row : rows.value()) {
    auto summary = summary_of(row, actor.uid);
    const auto mark = marks.find(summary.conv);
    if (mark == marks.end() || mark->second < summary.last_seq) answer.conversations.push_back(std::move(summary));
  }
  return answer;
}

Result<ConvSummary> HistoryService::summary(const Actor& actor, ConvId conv) {
  static const auto text = list_text("c.conv_id = ?");
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select({text, kOwnColumns + store::kMessageColumns}, {actor.uid, conv});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such conversation"};
  return summary_of(rows.value().front(), actor.uid);
}

}  // namespace im::logic::chat
