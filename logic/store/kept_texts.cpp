#include "logic/store/kept_texts.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace im::logic::store {

namespace {

constexpr sql::Query kHasKept{"SELECT COUNT(*) FROM kept_texts WHERE conv_id = ? AND seq = ? AND uid = ?", 1};
constexpr const char* kKeep = "INSERT INTO kept_texts (conv_id, seq, uid, body, edited_ts) VALUES (?, ?, ?, ?, ?)";
constexpr const char* kForget = "DELETE FROM kept_texts WHERE conv_id = ? AND seq = ?";
constexpr sql::Query kKept{
    "SELECT seq, body, edited_ts FROM kept_texts WHERE conv_id = ? AND seq BETWEEN ? AND ? AND uid = ?", 3};

/// The message whose text the row shows, where that text may have been edited; else 0.
Seq shown_by(const Message& row) {
  if (row.recalled) return 0;
  if (row.kind == RowKind::kEdit) return row.ref_seq;
  return row.kind == RowKind::kMessage && row.edited_ts > 0 ? row.seq : 0;
}

struct Kept {
  std::string body;
  std::int64_t edited_ts = 0;
};

}  // namespace

Status keep_text(Write& write, const Message& row, Uid reader) {
  const auto have = write.db.select(kHasKept, {row.conv, row.seq, reader});
  if (!have) return have.error();
  if (have.value().front().number(0) > 0) return Ok{};
  const auto kept = write.db.execute(kKeep, {row.conv, row.seq, reader, row.body, row.edited_ts});
  return kept ? Status(Ok{}) : Status(kept.error());
}

Status forget_kept(sql::Connection& db, const Message& row) {
  const auto gone = db.execute(kForget, {row.conv, row.seq});
  return gone ? Status(Ok{}) : Status(gone.error());
}

Status show_kept(sql::Connection& db, Uid reader, std::vector<Message>& rows) {
  Seq first = std::numeric_limits<Seq>::max(), last = 0;
  for (const Message& row : rows) {
    const Seq seq = shown_by(row);
    if (seq > 0) first = std::min(first, seq), last = std::max(last, seq);
  }
  if (last == 0) return Ok{};
  const auto found = db.select(kKept, {rows.front().conv, first, last, reader});
  if (!found) return found.error();
  std::map<Seq, Kept> kept;
  for (const auto& row : found.value()) kept[row.number(0)] = {row.text(1), row.number(2)};
  for (Message& row : rows) {
    const auto as = kept.find(shown_by(row));
    if (as == kept.end()) continue;
    row.body = as->second.body;
    if (row.kind == RowKind::kMessage) row.edited_ts = as->second.edited_ts;
  }
  return Ok{};
}

}  // namespace im::logic::store
