#include "logic/store/conversation_log.hpp"

#include <algorithm>

#include "logic/store/outbox_shard.hpp"
#include "logic/store/search_words.hpp"

namespace im::logic::store {

namespace {

constexpr sql::Query kHead{
    "SELECT kind, last_seq, last_ts, counted, low_uid, high_uid FROM conversations WHERE conv_id = ?", 6};
constexpr sql::Query kHeadLocked{
    "SELECT kind, last_seq, last_ts, counted, low_uid, high_uid FROM conversations WHERE conv_id = ? FOR UPDATE", 6};
constexpr const char* kMove = "UPDATE conversations SET last_seq = ?, last_ts = ?, counted = ? WHERE conv_id = ?";
constexpr const char* kInsert =
    "INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, ref_seq, mentions, client_id, counted, "
    "hidden_from,"
    " address) VALUES";
constexpr const char* kSkip = "UPDATE members SET skipped = skipped + 1 WHERE conv_id = ? AND uid = ?";
constexpr const char* kOutbox = "INSERT INTO outbox (conv_id, seq, shard, added_ms) VALUES";
constexpr const char* kWordsSqlite =
    "INSERT INTO message_words (rowid, words) SELECT rid, ? FROM messages WHERE conv_id = ? AND seq = ?";
constexpr const char* kWordsMysql = "INSERT INTO message_words (words, conv_id, seq) VALUES";
constexpr const char* kUnwordsSqlite =
    "INSERT INTO message_words (message_words, rowid, words) SELECT 'delete', rid, ? FROM messages"
    " WHERE conv_id = ? AND seq = ?";
constexpr const char* kUnwordsMysql = "DELETE FROM message_words WHERE conv_id = ? AND seq = ?";
constexpr const char* kUnsent = "DELETE FROM sent WHERE sender = ? AND client_id = ?";
constexpr const char* kRemove = "DELETE FROM messages WHERE conv_id = ? AND seq = ?";
constexpr const char* kChange =
    "UPDATE messages SET body = ?, edited_ts = ?, recalled = ? WHERE conv_id = ? AND seq = ?";

bool is_sqlite(const sql::Connection& db) { return db.engine() == sql::Engine::kSqlite; }
bool is_searchable(const Message& row) { return row.kind == RowKind::kMessage && row.type == "text"; }

Status add_words(Write& write, const Message& row, const std::string& body) {
  const auto words = is_searchable(row) ? search_words(body) : std::string();
  if (words.empty()) return Ok{};
  if (!is_sqlite(write.db)) return write.insert(kWordsMysql, {words, row.conv, row.seq});
  auto added = write.db.execute(kWordsSqlite, {words, row.conv, row.seq});
  if (!added) return added.error();
  return Ok{};
}

Status remove_words(sql::Connection& db, const Message& row) {
  const auto words = is_searchable(row) ? search_words(row.body) : std::string();
  if (words.empty()) return Ok{};
  auto removed = is_sqlite(db) ? db.execute(kUnwordsSqlite, {words, row.conv, row.seq})
                               : db.execute(kUnwordsMysql, {row.conv, row.seq});
  if (!removed) return removed.error();
  return Ok{};
}

/// Their own rows, and what is hidden from them, are no news.
Status skip_for(sql::Connection& db, const Message& row) {
  if (row.kind != RowKind::kMessage) return Ok{};
  for (const auto uid : {row.sender, row.hidden_from})
    if (uid.value() > 0)
      if (auto done = db.execute(kSkip, {row.conv, uid}); !done) return done.error();
  return Ok{};
}

Result<std::vector<Message>> messages_of(Result<sql::Rows> rows) {
  if (!rows) return rows.error();
  std::vector<Message> messages;
  for (const auto& row : rows.value()) messages.push_back(message_of(row));
  return messages;
}

}  // namespace

std::string message_columns() {
  return "m.conv_id, m.seq, m.kind, m.type, m.sender, COALESCE(o.body, m.body), m.ts, m.ref_seq, m.mentions, "
         "m.client_id,"
         " m.counted, m.edited_ts, COALESCE(o.recalled, m.recalled), m.hidden_from, m.address";
}

Message message_of(const sql::Row& row) {
  Message message;
  message.conv = row.id<ConvId>(0);
  message.seq = row.number(1);
  message.kind = static_cast<RowKind>(row.number(2));
  message.type = row.text(3);
  message.sender = row.id<Uid>(4);
  message.body = row.text(5);
  message.ts = row.number(6);
  message.ref_seq = row.number(7);
  message.mentions = row.text(8);
  message.client_id = row.text(9);
  message.counted = row.number(10);
  message.edited_ts = row.number(11);
  message.recalled = row.flag(12);
  message.hidden_from = row.id<Uid>(13);
  message.address = row.text(14);
  return message;
}

Result<ConvHead> lock_head(Write& write, ConvId conv) {
  auto rows = write.db.select(is_sqlite(write.db) ? kHead : kHeadLocked, {conv});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such conversation"};
  const auto& row = rows.value().front();
  return ConvHead{
      conv,          static_cast<ConvKind>(row.number(0)), row.number(1), row.number(2), row.number(3), row.id<Uid>(4),
      row.id<Uid>(5)};
}

Result<Message> append(Write& write, ConvHead& head, Message row, const std::string& edited) {
  auto& db = write.db;
  row.conv = head.conv;
  row.seq = head.last_seq + 1;
  row.ts = std::max(write.now_ms, head.last_ts);
  row.counted = head.counted + (row.kind == RowKind::kMessage ? 1 : 0);
  if (auto moved = db.execute(kMove, {row.seq, row.ts, row.counted, row.conv}); !moved) return moved.error();
  auto inserted =
      write.insert(kInsert, {row.conv, row.seq, static_cast<int>(row.kind), row.type, row.sender, row.body, row.ts,
                             row.ref_seq, row.mentions, row.client_id, row.counted, row.hidden_from, row.address});
  if (!inserted) return inserted.error();
  if (auto skipped = skip_for(db, row); !skipped) return skipped.error();
  if (auto added = add_words(write, row, row.body); !added) return added.error();
  if (auto out = write.insert(kOutbox, {row.conv, row.seq, outbox_shard(row.conv), write.now_ms}); !out)
    return out.error();
  head.last_seq = row.seq;
  head.last_ts = row.ts;
  head.counted = row.counted;
  if (row.kind == RowKind::kEdit) row.body = edited;
  write.hand_on({head.kind, row});
  return row;
}

Result<std::vector<Message>> rows_after(sql::Connection& db, ConvId conv, Seq after, int limit) {
  static const auto text = "SELECT " + message_columns() + " FROM messages m" + kMessageJoin +
                           "WHERE m.conv_id = ? AND m.seq > ? ORDER BY m.seq LIMIT ?";
  return messages_of(db.select({text, kMessageColumns}, {conv, after, limit}));
}

Result<std::vector<Message>> rows_before(sql::Connection& db, ConvId conv, Seq before, int limit) {
  static const auto text = "SELECT " + message_columns() + " FROM messages m" + kMessageJoin +
                           "WHERE m.conv_id = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?";
  return messages_of(db.select({text, kMessageColumns}, {conv, before, limit}));
}

Result<Message> row_at(sql::Connection& db, ConvId conv, Seq seq) {
  static const auto text =
      "SELECT " + message_columns() + " FROM messages m" + kMessageJoin + "WHERE m.conv_id = ? AND m.seq = ?";
  auto rows = messages_of(db.select({text, kMessageColumns}, {conv, seq}));
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such message"};
  return std::move(rows.value().front());
}

Status change_body(Write& write, const Message& row, const std::string& body, bool recalled) {
  auto& db = write.db;
  if (auto removed = remove_words(db, row); !removed) return removed;
  const auto edited = recalled ? row.edited_ts : write.now_ms;
  auto changed = db.execute(kChange, {body, edited, recalled, row.conv, row.seq});
  if (!changed) return changed.error();
  return add_words(write, row, body);
}

Status remove_row(Write& write, const Message& row) {
  auto& db = write.db;
  if (auto removed = remove_words(db, row); !removed) return removed;
  if (!row.client_id.empty())
    if (auto forgotten = db.execute(kUnsent, {row.sender, row.client_id}); !forgotten) return forgotten.error();
  auto gone = db.execute(kRemove, {row.conv, row.seq});
  return gone ? Status(Ok{}) : Status(gone.error());
}

}  // namespace im::logic::store
