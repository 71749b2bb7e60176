#include "logic/store/batch_heads.hpp"

#include "logic/store/conversation_log.hpp"

namespace im::logic::store {

namespace {

constexpr const char* kMoveOne = "UPDATE conversations SET last_seq = ?, last_ts = ?, counted = ? WHERE conv_id = ?";
constexpr const char* kSkipSome = "UPDATE members SET skipped = skipped + ? WHERE conv_id = ? AND uid = ?";
// The list comes first and the key is forced: a scan would wait for rows that other lanes have locked.
constexpr const char* kHeadsOf =
    " v STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.conv_id = v.conv FOR UPDATE";
constexpr const char* kMoveAll =
    " v STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.conv_id = v.conv"
    " SET c.last_seq = v.seq, c.last_ts = v.ts, c.counted = v.counted";
constexpr const char* kSkipAll =
    " v STRAIGHT_JOIN members m FORCE INDEX (PRIMARY) ON m.conv_id = v.conv AND m.uid = v.uid"
    " SET m.skipped = m.skipped + v.more";

Status as_status(const Result<std::int64_t>& result) { return result ? Status(Ok{}) : Status(result.error()); }

}  // namespace

std::string row_list(std::size_t rows, const std::vector<std::string>& columns) {
  std::string first, other;
  for (const auto& column : columns) {
    first += (first.empty() ? "SELECT ? AS " : ", ? AS ") + column;
    other += other.empty() ? " UNION ALL SELECT ?" : ", ?";
  }
  std::string text = "(" + first;
  for (std::size_t i = 1; i < rows; ++i) text += other;
  return text + ")";
}

Status BatchHeads::lock(sql::Connection& db, const std::vector<ConvId>& convs) {
  sql::Values wanted;
  for (const ConvId conv : convs)
    if (find(conv) == nullptr) wanted.emplace_back(conv);
  if (wanted.empty()) return Ok{};
  const auto text = std::string("SELECT ") + kHeadColumns + " FROM " + row_list(wanted.size(), {"conv"}) + kHeadsOf;
  const auto rows = db.select({text, kHeadColumnCount}, wanted);
  if (!rows) return rows.error();
  for (const auto& row : rows.value()) keep(head_of(row));
  return Ok{};
}

const ConvHead* BatchHeads::find(ConvId conv) const {
  const auto found = heads_.find(conv);
  return found == heads_.end() ? nullptr : &found->second.head;
}

Status BatchHeads::flush(sql::Connection& db) {
  auto written = write_heads(db);
  if (written) written = write_skips(db);
  heads_.clear();
  skips_.clear();
  return written;
}

Status BatchHeads::write_heads(sql::Connection& db) {
  sql::Values values;
  std::size_t count = 0;
  for (const auto& [conv, kept] : heads_) {
    if (!kept.moved) continue;
    const ConvHead& head = kept.head;
    if (db.engine() == sql::Engine::kSqlite) {
      if (auto moved = as_status(db.execute(kMoveOne, {head.last_seq, head.last_ts, head.counted, conv})); !moved)
        return moved;
      continue;
    }
    values.insert(values.end(), {conv, head.last_seq, head.last_ts, head.counted});
    ++count;
  }
  if (count == 0) return Ok{};
  return as_status(db.execute("UPDATE " + row_list(count, {"conv", "seq", "ts", "counted"}) + kMoveAll, values));
}

Status BatchHeads::write_skips(sql::Connection& db) {
  sql::Values values;
  for (const auto& [member, more] : skips_) {
    if (db.engine() == sql::Engine::kSqlite) {
      if (auto skipped = as_status(db.execute(kSkipSome, {more, member.first, member.second})); !skipped)
        return skipped;
      continue;
    }
    values.insert(values.end(), {member.first, member.second, more});
  }
  if (values.empty()) return Ok{};
  return as_status(db.execute("UPDATE " + row_list(values.size() / 3, {"conv", "uid", "more"}) + kSkipAll, values));
}

}  // namespace im::logic::store
