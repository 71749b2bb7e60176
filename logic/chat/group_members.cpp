#include "logic/chat/group_members.hpp"

#include <algorithm>

namespace im::logic::chat {

namespace {

constexpr sql::Query kAddable{
    "SELECT COUNT(*) FROM users u WHERE u.uid = ? AND u.state = 0"
    " AND NOT EXISTS (SELECT 1 FROM members m WHERE m.conv_id = ? AND m.uid = u.uid)"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.uid = u.uid AND b.peer = ?)",
    1};
constexpr sql::Query kGroup{"SELECT member_count, history_open FROM group_info WHERE conv_id = ?", 2};
constexpr const char* kAdd =
    "INSERT INTO members (conv_id, uid, role, from_seq, read_seq, read_counted, joined_ms) VALUES (?, ?, 1, ?, ?, ?, "
    "?)";
constexpr const char* kCount = "UPDATE group_info SET member_count = member_count + ? WHERE conv_id = ?";
constexpr const char* kRemove = "DELETE FROM members WHERE conv_id = ? AND uid = ?";
constexpr const char* kForgetRequest = "DELETE FROM join_requests WHERE conv_id = ? AND uid = ?";

}  // namespace

Result<std::vector<Uid>> addable(sql::Connection& db, ConvId conv, Uid actor, const std::vector<Uid>& uids) {
  std::vector<Uid> good;
  for (const auto uid : uids) {
    if (std::ranges::find(good, uid) != good.end()) continue;
    auto rows = db.select(kAddable, {uid, conv, actor});
    if (!rows) return rows.error();
    if (rows.value().front().number(0) > 0) good.push_back(uid);
  }
  return good;
}

Status add_members(store::Write& into, const store::ConvHead& head, const std::vector<Uid>& uids, int limit) {
  auto group = into.db.select(kGroup, {head.conv});
  if (!group) return group.error();
  const auto& row = group.value().front();
  if (row.number(0) + static_cast<std::int64_t>(uids.size()) > limit)
    return Error{Error::Code::kConflict, "the group is full"};
  const Seq from = row.flag(1) ? 0 : head.last_seq;
  for (const auto uid : uids) {
    auto added = into.db.execute(kAdd, {head.conv, uid, from, head.last_seq, head.counted, into.now_ms});
    if (!added) return added.error();
    if (auto forgotten = into.db.execute(kForgetRequest, {head.conv, uid}); !forgotten) return forgotten.error();
  }
  auto counted = into.db.execute(kCount, {uids.size(), head.conv});
  return counted ? Status(Ok{}) : Status(counted.error());
}

Status remove_member(store::Write& into, ConvId conv, Uid uid) {
  if (auto removed = into.db.execute(kRemove, {conv, uid}); !removed) return removed.error();
  auto counted = into.db.execute(kCount, {-1, conv});
  return counted ? Status(Ok{}) : Status(counted.error());
}

}  // namespace im::logic::chat
