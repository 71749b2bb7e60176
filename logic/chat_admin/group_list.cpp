#include "logic/chat_admin/group_list.hpp"

namespace im::logic::chat_admin {

namespace {

/// INSTR: the query is text, not a pattern.
constexpr sql::Query kList{
    "SELECT g.conv_id, g.name, g.owner, g.member_count, g.muted_all, g.dissolved, c.last_seq, c.last_ts FROM"
    " group_info g JOIN conversations c ON c.conv_id = g.conv_id WHERE g.conv_id > ? AND (? = '' OR INSTR(g.name, ?) >"
    " 0) ORDER BY g.conv_id LIMIT ?",
    8};
constexpr sql::Query kOwner{"SELECT owner FROM group_info WHERE conv_id = ?", 1};

}  // namespace

Result<std::vector<GroupLine>> GroupList::list(const std::string& query, chat::ConvId after, int limit) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kList, {after, query, query, limit});
  if (!rows) return rows.error();
  std::vector<GroupLine> lines;
  for (const auto& row : rows.value())
    lines.push_back({row.id<chat::ConvId>(0), row.text(1), row.id<Uid>(2), static_cast<int>(row.number(3)), row.flag(4),
                     row.flag(5), row.number(6), row.number(7)});
  return lines;
}

Result<Uid> GroupList::owner_of(chat::ConvId conv) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kOwner, {conv});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such group"};
  return rows.value().front().id<Uid>(0);
}

}  // namespace im::logic::chat_admin
