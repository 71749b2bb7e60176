#include "logic/chat/standing.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kStanding{
    "SELECT c.kind, m.role, m.muted_until_ms, m.from_seq, g.muted_all, g.dissolved, g.join_mode,"
    " CASE WHEN c.low_uid = ? THEN c.high_uid ELSE c.low_uid END, b.peer, mu.until_ms"
    " FROM conversations c LEFT JOIN members m ON m.conv_id = c.conv_id AND m.uid = ?"
    " LEFT JOIN group_info g ON g.conv_id = c.conv_id"
    " LEFT JOIN blocks b ON c.kind = 1 AND b.peer = ? AND b.uid = CASE WHEN c.low_uid = ? THEN c.high_uid ELSE "
    "c.low_uid END"
    " LEFT JOIN muted_users mu ON mu.uid = ?"
    " WHERE c.conv_id = ?",
    10};
constexpr sql::Query kRole{"SELECT role FROM members WHERE conv_id = ? AND uid = ?", 1};

}  // namespace

Result<Standing> standing_of(sql::Connection& db, ConvId conv, Uid uid) {
  auto rows = db.select(kStanding, {uid, uid, uid, uid, uid, conv});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such conversation"};
  const auto& row = rows.value().front();
  Standing standing;
  standing.kind = static_cast<ConvKind>(row.number(0));
  standing.role = static_cast<Role>(row.number(1));
  standing.muted_until_ms = row.number(2);
  standing.from_seq = row.number(3);
  standing.muted_all = row.flag(4);
  standing.dissolved = row.flag(5);
  if (!row.is_null(6)) standing.join_mode = static_cast<JoinMode>(row.number(6));
  standing.peer = row.id<Uid>(7);
  standing.blocked_by_peer = !row.is_null(8);
  standing.silenced_until_ms = row.number(9);
  return standing;
}

Result<Role> role_of(sql::Connection& db, ConvId conv, Uid uid) {
  auto rows = db.select(kRole, {conv, uid});
  if (!rows) return rows.error();
  return rows.value().empty() ? Role::kNone : static_cast<Role>(rows.value().front().number(0));
}

}  // namespace im::logic::chat
