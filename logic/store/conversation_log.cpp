#include "logic/store/conversation_log.hpp"

#include <algorithm>

#include "common/base/fault.hpp"
#include "logic/store/kept_texts.hpp"
#include "logic/store/outbox_shard.hpp"
#include "logic/store/search_index.hpp"

namespace im::logic::store {

namespace {

constexpr const char* kInsert =
    "INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, ref_seq, mentions, client_id, counted, "
    "hidden_from,"
    " address) VALUES";
constexpr const char* kOutbox = "INSERT INTO outbox (conv_id, seq, shard, added_ms) VALUES";
constexpr const char* kUnsent = "DELETE FROM sent WHERE sender = ? AND client_id = ?";
constexpr const char* kRemove = "DELETE FROM messages WHERE conv_id = ? AND seq = ?";
constexpr const char* kChange =
    "UPDATE messages SET body = ?, edited_ts = ?, recalled = ? WHERE conv_id = ? AND seq = ?";

bool is_sqlite(const sql::Connection& db) { return db.engine() == sql::Engine::kSqlite; }

/// Their own rows, and what is hidden from them, are no news.
void skip_for(BatchHeads& heads, const Message& row) {
  if (row.kind != RowKind::kMessage) return;
  for (const auto uid : {row.sender, row.hidden_from})
    if (uid.value() > 0 && !fault::fire("store.counts_own")) heads.skip(row.conv, uid);
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

ConvHead head_of(const sql::Row& row) {
  return {row.id<ConvId>(0), static_cast<ConvKind>(row.number(1)),
          row.number(2),     row.number(3),
          row.number(4),     row.id<Uid>(5),
          row.id<Uid>(6)};
}

Result<ConvHead> lock_head(Write& write, ConvId conv) {
  static const auto text = std::string("SELECT ") + kHeadColumns + " FROM conversations c WHERE c.conv_id = ?";
  static const auto locked = text + " FOR UPDATE";
  if (const ConvHead* const head = write.heads().find(conv)) return *head;
  auto rows = write.db.select({is_sqlite(write.db) ? text : locked, kHeadColumnCount}, {conv});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such conversation"};
  auto head = head_of(rows.value().front());
  write.heads().keep(head);
  return head;
}

Result<Message> append(Write& write, ConvHead& head, Message row, const std::string& edited) {
  row.conv = head.conv;
  row.seq = head.last_seq + 1;
  row.ts = std::max(write.now_ms, head.last_ts);
  row.counted = head.counted + (row.kind == RowKind::kMessage ? 1 : 0);
  auto inserted =
      write.insert(kInsert, {row.conv, row.seq, static_cast<int>(row.kind), row.type, row.sender, row.body, row.ts,
                             row.ref_seq, row.mentions, row.client_id, row.counted, row.hidden_from, row.address});
  if (!inserted) return inserted.error();
  if (auto added = add_words(write, row, row.body); !added) return added.error();
  if (auto out = write.insert(kOutbox, {row.conv, row.seq, outbox_shard(row.conv), write.now_ms}); !out)
    return out.error();
  head.last_seq = row.seq;
  head.last_ts = row.ts;
  head.counted = row.counted;
  write.heads().move(head);
  skip_for(write.heads(), row);
  if (auto settled = write.settle(); !settled) return settled.error();
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
  if (recalled)
    if (auto forgotten = forget_kept(db, row); !forgotten) return forgotten;
  const auto edited = recalled ? row.edited_ts : write.now_ms;
  auto changed = db.execute(kChange, {body, edited, recalled, row.conv, row.seq});
  if (!changed) return changed.error();
  return add_words(write, row, body);
}

Status remove_row(Write& write, const Message& row) {
  auto& db = write.db;
  if (auto removed = remove_words(db, row); !removed) return removed;
  if (row.edited_ts > 0)
    if (auto forgotten = forget_kept(db, row); !forgotten) return forgotten;
  if (!row.client_id.empty())
    if (auto forgotten = db.execute(kUnsent, {row.sender, row.client_id}); !forgotten) return forgotten.error();
  auto gone = db.execute(kRemove, {row.conv, row.seq});
  return gone ? Status(Ok{}) : Status(gone.error());
}

}  // namespace im::logic::store
