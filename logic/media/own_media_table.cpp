#include "logic/media/own_media_table.hpp"

#include <charconv>

#include "logic/media/counted_bytes.hpp"
#include "logic/media/media_token.hpp"

namespace im::logic::media {

namespace {

// As media.user_bytes counts them (media_table.cpp, kBytesOf and kLeftOut).
constexpr sql::Query kOwnPages{
    "SELECT m.id, m.name, m.kind, m.mime, m.conv_id, m.size,"
    " CASE WHEN m.state = 2 THEN m.stored ELSE m.size END,"
    " m.state = 2 AND m.refs > 0 AND NOT EXISTS (SELECT 1 FROM media_refs r WHERE r.media_id = m.id"
    " AND (SELECT e.sender FROM messages e WHERE e.conv_id = r.conv_id AND e.seq = r.seq) = m.owner),"
    " m.created_ms, m.state FROM media m"
    " WHERE m.owner = ? AND m.state + 0 < 3 AND (m.created_ms < ? OR m.created_ms = ? AND m.id < ?)"
    " ORDER BY m.created_ms DESC, m.id DESC LIMIT ?",
    10};
constexpr const char* kDropOwn =
    "UPDATE media SET state = 3, refs = 0, drop_ms = 0 WHERE id = ? AND owner = ? AND state < 3";
// A medium that is no picture is not the poster of a message: what else the message names is.
constexpr sql::Query kPostersBeside{
    "SELECT p.conv_id, p.seq, p.media_id FROM media_refs r JOIN media_refs p ON p.conv_id = r.conv_id"
    " AND p.seq = r.seq AND p.media_id <> r.media_id WHERE r.media_id = ?"
    " AND EXISTS (SELECT 1 FROM media m WHERE m.id = r.media_id AND m.kind <> 'image')",
    3};
constexpr const char* kPosterLess = "UPDATE media SET refs = refs - 1, drop_ms = ? WHERE id = ? AND state < 3";
constexpr const char* kUnnamePoster = "DELETE FROM media_refs WHERE conv_id = ? AND seq = ? AND media_id = ?";
constexpr const char* kUnnameAll = "DELETE FROM media_refs WHERE media_id = ?";

OwnMedium medium_in(const sql::Row& row) {
  OwnMedium out{row.text(0), row.text(1), row.text(2), row.text(3), row.id<chat::ConvId>(4)};
  out.size = row.number(5);
  const bool only_others_keep_it = row.flag(7);
  out.bytes = only_others_keep_it ? 0 : counted_bytes(row.number(6));
  out.created_ms = row.number(8);
  out.done = static_cast<MediaState>(row.number(9)) == MediaState::kReady;
  return out;
}

}  // namespace

std::string text_of(const OwnCursor& cursor) { return std::to_string(cursor.created_ms) + "." + cursor.id; }

std::optional<OwnCursor> cursor_in(const std::string& text) {
  if (text.empty()) return OwnCursor{};
  OwnCursor out;
  const char* const end = text.data() + text.size();
  const auto [dot, failed] = std::from_chars(text.data(), end, out.created_ms);
  if (failed != std::errc() || dot == end || *dot != '.') return std::nullopt;
  out.id.assign(dot + 1, end);
  return is_media_id(out.id) ? std::optional(std::move(out)) : std::nullopt;
}

namespace own_media_table {

Result<std::vector<OwnMedium>> page(sql::Connection& db, Uid owner, const OwnCursor& after, int limit) {
  const auto rows = db.select(kOwnPages, {owner, after.created_ms, after.created_ms, after.id, limit});
  if (!rows) return rows.error();
  std::vector<OwnMedium> out;
  for (const auto& row : rows.value()) out.push_back(medium_in(row));
  return out;
}

// The row first: whoever is about to name it waits for the row, and finds it going.
Result<LetGo> let_go(sql::Connection& db, Uid owner, const std::string& id, std::int64_t now_ms) {
  const auto gone = db.execute(kDropOwn, {id, owner});
  if (!gone) return gone.error();
  if (gone.value() == 0) {
    const auto row = media_table::find(db, id);
    if (!row) return row.error();
    return row.value() && row.value()->owner == owner ? LetGo::kBefore : LetGo::kNotTheirs;
  }
  const auto posters = db.select(kPostersBeside, {id});
  if (!posters) return posters.error();
  for (const auto& row : posters.value()) {
    const auto unnamed = db.execute(kUnnamePoster, {row.number(0), row.number(1), row.text(2)});
    if (!unnamed) return unnamed.error();
    if (unnamed.value() == 0) continue;  // recalled meanwhile
    if (const auto less = db.execute(kPosterLess, {now_ms, row.text(2)}); !less) return less.error();
  }
  if (const auto unnamed = db.execute(kUnnameAll, {id}); !unnamed) return unnamed.error();
  return LetGo::kNow;
}

}  // namespace own_media_table
}  // namespace im::logic::media
