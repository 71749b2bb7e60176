#include <algorithm>

#include "logic/chat/check.hpp"
#include "logic/chat/group_service.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kInfo{
    "SELECT name, avatar, announcement, owner, join_mode, muted_all, dissolved, member_count FROM group_info"
    " WHERE conv_id = ?",
    8};
constexpr sql::Query kMembers{
    "SELECT m.uid, u.name, u.avatar, m.role, m.muted_until_ms FROM members m JOIN users u ON u.uid = m.uid"
    " WHERE m.conv_id = ? AND m.uid > ? ORDER BY m.uid LIMIT ?",
    5};
constexpr sql::Query kRequests{
    "SELECT r.uid, u.name, r.greeting FROM join_requests r JOIN users u ON u.uid = r.uid WHERE r.conv_id = ?"
    " ORDER BY r.created_ms, r.uid LIMIT ?",
    3};
constexpr sql::Query kAdmins{"SELECT uid FROM members WHERE conv_id = ? AND role >= 2 ORDER BY uid", 1};
constexpr const char* kAskAgain = "UPDATE join_requests SET greeting = ? WHERE conv_id = ? AND uid = ?";
constexpr const char* kAsk = "INSERT INTO join_requests (greeting, conv_id, uid, created_ms) VALUES (?, ?, ?, ?)";
constexpr const char* kForget = "DELETE FROM join_requests WHERE conv_id = ? AND uid = ?";
constexpr std::size_t kGreetingBytes = 180;

}  // namespace

Result<GroupChange> GroupService::invite(const Actor& actor, ConvId conv, const std::vector<Uid>& uids) {
  if (uids.empty() || uids.size() > limits_.members_a_call)
    return Error{Error::Code::kInvalid, "uids: 1 to " + std::to_string(limits_.members_a_call)};
  return change(actor, conv, Action::kInvite, [&](Scene& scene) -> Result<GroupEvent> {
    auto good = addable(scene.into.db, conv, actor.uid, uids);
    if (!good) return good.error();
    if (good.value().empty()) return GroupEvent{};
    if (auto added = add_members(scene.into, scene.head, good.value(), limits_.members); !added) return added.error();
    scene.change.came = good.value();
    return GroupEvent{.event = "invite", .uids = good.value()};
  });
}

Result<GroupChange> GroupService::join(const Actor& actor, ConvId conv, const std::string& greeting) {
  if (auto good = check_text("greeting", greeting, kGreetingBytes); !good) return good.error();
  auto kept = gate_.pass({actor, conv, Uid(), "greeting", greeting}, kGreetingBytes);
  if (!kept) return kept.error();
  return change(actor, conv, Action::kJoin, [&](Scene& scene) -> Result<GroupEvent> {
    if (scene.standing.role != Role::kNone) return GroupEvent{};
    if (scene.standing.join_mode == JoinMode::kApproval) {
      scene.change.waits = true;
      auto asked = scene.into.db.execute(kAskAgain, {kept.value(), conv, actor.uid});
      if (asked && asked.value() == 0)
        asked = scene.into.db.execute(kAsk, {kept.value(), conv, actor.uid, scene.into.now_ms});
      if (!asked) return asked.error();
      return GroupEvent{};
    }
    if (auto added = add_members(scene.into, scene.head, {actor.uid}, limits_.members); !added) return added.error();
    scene.change.came = {actor.uid};
    return GroupEvent{.event = "join", .uids = {actor.uid}};
  });
}

Result<GroupChange> GroupService::approve(const Actor& actor, ConvId conv, Uid uid, bool yes) {
  return change(actor, conv, Action::kApprove, [&](Scene& scene) -> Result<GroupEvent> {
    auto forgotten = scene.into.db.execute(kForget, {conv, uid});
    if (!forgotten) return forgotten.error();
    if (forgotten.value() == 0) return Error{Error::Code::kNotFound, "nobody of that number asks"};
    if (!yes) return GroupEvent{};
    if (auto added = add_members(scene.into, scene.head, {uid}, limits_.members); !added) return added.error();
    scene.change.came = {uid};
    return GroupEvent{.event = "approve", .uids = {uid}};
  });
}

Result<GroupChange> GroupService::leave(const Actor& actor, ConvId conv) {
  return change(actor, conv, Action::kLeave, [&](Scene& scene) -> Result<GroupEvent> {
    if (scene.standing.role == Role::kOwner && !scene.standing.dissolved)
      return Error{Error::Code::kConflict, "the owner transfers or dissolves the group"};
    if (auto removed = remove_member(scene.into, conv, actor.uid); !removed) return removed.error();
    scene.change.went = {actor.uid};
    return GroupEvent{.event = "leave", .uids = {actor.uid}};
  });
}

Result<GroupInfo> GroupService::info(const Actor& actor, ConvId conv) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  const bool member = standing.value().role != Role::kNone;
  if (auto may = rights_.may(standing.value(), member ? Action::kRead : Action::kSee, 0); !may) return may.error();
  auto rows = db.value()->select(kInfo, {conv});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such group"};
  const auto& row = rows.value().front();
  GroupInfo info{.conv = conv, .name = row.text(0), .avatar = row.text(1), .owner = row.id<Uid>(3)};
  if (member) info.announcement = row.text(2);
  info.join_mode = static_cast<JoinMode>(row.number(4));
  info.muted_all = row.flag(5);
  info.dissolved = row.flag(6);
  info.members = static_cast<int>(row.number(7));
  info.role = standing.value().role;
  return info;
}

Result<std::vector<GroupMember>> GroupService::members(const Actor& actor, ConvId conv, Uid after, int limit) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kRead, 0); !may) return may.error();
  auto rows = db.value()->select(kMembers, {conv, after, limit > 0 ? std::min(limit, limits_.page) : limits_.page});
  if (!rows) return rows.error();
  std::vector<GroupMember> members;
  for (const auto& row : rows.value())
    members.push_back({row.id<Uid>(0), row.text(1), row.text(2), static_cast<Role>(row.number(3)), row.number(4)});
  return members;
}

Result<std::vector<GroupRequest>> GroupService::requests(const Actor& actor, ConvId conv) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  if (auto may = rights_.may(standing.value(), Action::kApprove, 0); !may) return may.error();
  auto rows = db.value()->select(kRequests, {conv, limits_.page});
  if (!rows) return rows.error();
  std::vector<GroupRequest> requests;
  for (const auto& row : rows.value()) requests.push_back({row.id<Uid>(0), row.text(1), row.text(2)});
  return requests;
}

Result<std::vector<Uid>> GroupService::admins_of(ConvId conv) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kAdmins, {conv});
  if (!rows) return rows.error();
  std::vector<Uid> admins;
  for (const auto& row : rows.value()) admins.push_back(row.id<Uid>(0));
  return admins;
}

}  // namespace im::logic::chat
