#include "logic/chat/retention.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "logic/chat/attachment.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic::chat {

namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
constexpr int kRows = 200;           ///< of one transaction
constexpr int kConversations = 200;  ///< of one look

/// By the oldest row that is there, which the index finds.
constexpr sql::Query kDue{
    "SELECT c.conv_id FROM conversations c WHERE c.kind = ? AND c.conv_id > ? AND c.created_ms < ? AND"
    " (SELECT m.ts FROM messages m WHERE m.conv_id = c.conv_id ORDER BY m.seq LIMIT 1) < ? ORDER BY c.conv_id LIMIT ?",
    1};
constexpr sql::Query kFirstWaiting{"SELECT MIN(seq) FROM outbox WHERE conv_id = ?", 1};
/// Who has not read that far has nothing unread there any more. MySQL sees what was set before in the same statement:
/// the mark is set last.
constexpr const char* kMoveMarks =
    "UPDATE members SET skipped_read = skipped_read + (SELECT COUNT(*) FROM messages x WHERE x.conv_id ="
    " members.conv_id AND x.seq > members.read_seq AND x.seq <= ? AND x.kind = 1 AND (x.sender = members.uid OR"
    " x.hidden_from = members.uid)), read_counted = ?, read_seq = ? WHERE conv_id = ? AND read_seq < ?";
constexpr const char* kMoveCut = "UPDATE trimmed SET seq = ? WHERE conv_id = ?";
constexpr const char* kFirstCut = "INSERT INTO trimmed (seq, conv_id) VALUES (?, ?)";
constexpr const char* kOldReactions = "DELETE FROM reactions WHERE conv_id = ? AND seq <= ?";
constexpr const char* kOldPins = "DELETE FROM pins WHERE conv_id = ? AND seq <= ?";

Status carry_out(store::Write& into, const char* text, const sql::Values& values) {
  auto done = into.db.execute(text, values);
  return done ? Status(Ok{}) : Status(done.error());
}

/// From the beginning of the conversation: rows that are old enough and out.
Result<std::vector<Message>> old_rows(store::Write& into, ConvId conv, std::int64_t before_ms) {
  auto rows = store::rows_after(into.db, conv, 0, kRows);
  if (!rows) return rows;
  auto waiting = into.db.select(kFirstWaiting, {conv});
  if (!waiting) return waiting.error();
  const Seq first_waiting = waiting.value().front().number(0);
  const auto kept = std::ranges::find_if(rows.value(), [&](const Message& row) {
    return row.ts >= before_ms || (first_waiting > 0 && row.seq >= first_waiting);
  });
  rows.value().erase(kept, rows.value().end());
  return rows;
}

Status note_cut(store::Write& into, const Message& last) {
  auto moved = carry_out(into, kMoveMarks, {last.seq, last.counted, last.seq, last.conv, last.seq});
  if (!moved) return moved;
  auto noted = into.db.execute(kMoveCut, {last.seq, last.conv});
  if (noted && noted.value() == 0) noted = into.db.execute(kFirstCut, {last.seq, last.conv});
  return noted ? Status(Ok{}) : Status(noted.error());
}

Result<std::int64_t> trim_once(store::Write& into, ConvId conv, std::int64_t before_ms) {
  if (auto head = store::lock_head(into, conv); !head) return head.error();
  auto rows = old_rows(into, conv, before_ms);
  if (!rows) return rows.error();
  if (rows.value().empty()) return 0;
  const Message& last = rows.value().back();
  if (auto noted = note_cut(into, last); !noted) return noted.error();
  for (const Message& row : rows.value()) {
    if (names_media(row.type) && row.kind == RowKind::kMessage)
      if (auto gone = detach(into, conv, row.seq); !gone) return gone.error();
    if (auto removed = store::remove_row(into, row); !removed) return removed.error();
  }
  for (const char* text : {kOldReactions, kOldPins})
    if (auto gone = carry_out(into, text, {conv, last.seq}); !gone) return gone.error();
  return static_cast<std::int64_t>(rows.value().size());
}

}  // namespace

Result<std::int64_t> Retention::round() {
  std::int64_t now = 0;
  {
    auto db = store_.reader();
    if (!db) return db.error();
    auto clock = db.value()->clock_ms();
    if (!clock) return clock.error();
    now = clock.value();
  }
  std::int64_t sum = 0;
  for (const auto& [kind, days] : {std::pair(ConvKind::kP2p, keeping_.p2p), std::pair(ConvKind::kGroup, keeping_.group),
                                   std::pair(ConvKind::kRoom, keeping_.room)}) {
    if (days <= 0) continue;
    auto done = round_of(kind, now - days * kDay);
    if (!done) return done;
    sum += done.value();
  }
  return sum;
}

Result<std::int64_t> Retention::round_of(ConvKind kind, std::int64_t before_ms) {
  std::int64_t sum = 0;
  for (std::int64_t after = 0; !stopping_;) {
    sql::Rows due;
    {
      auto db = store_.reader();
      if (!db) return db.error();
      auto rows = db.value()->select(kDue, {static_cast<int>(kind), after, before_ms, before_ms, kConversations});
      if (!rows) return rows.error();
      due = std::move(rows).value();
    }
    if (due.empty()) break;
    for (const auto& row : due) {
      auto done = trim(row.id<ConvId>(0), before_ms);
      if (!done) return done;
      sum += done.value();
    }
    after = due.back().number(0);
  }
  return sum;
}

Result<std::int64_t> Retention::trim(ConvId conv, std::int64_t before_ms) {
  std::int64_t sum = 0;
  while (!stopping_) {
    auto done = store_.lanes().write<std::int64_t>(
        conv.value(), [&](store::Write& into) { return trim_once(into, conv, before_ms); });
    if (!done) return done;
    sum += done.value();
    removed_ += static_cast<std::uint64_t>(done.value());
    if (done.value() < kRows) break;
  }
  return sum;
}

}  // namespace im::logic::chat
