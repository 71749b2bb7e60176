#include "logic/chat_requests/group_json.hpp"

#include <boost/json/array.hpp>

namespace im::logic {

namespace {

const char* join_name(chat::JoinMode mode) {
  switch (mode) {
    case chat::JoinMode::kFree:
      return "free";
    case chat::JoinMode::kApproval:
      return "approval";
    case chat::JoinMode::kInvite:
      return "invite";
  }
  return "";
}

boost::json::array uids_json(const std::vector<Uid>& uids) {
  boost::json::array out;
  for (const Uid uid : uids) out.push_back(uid.value());
  return out;
}

boost::json::object member_json(const chat::GroupMember& member) {
  boost::json::object out{
      {"uid", member.uid.value()}, {"name", member.name}, {"avatar", member.avatar}, {"role", role_name(member.role)}};
  if (member.muted_until_ms > 0) out["muted_until"] = member.muted_until_ms;
  return out;
}

}  // namespace

const char* role_name(chat::Role role) {
  switch (role) {
    case chat::Role::kNone:
      return "none";
    case chat::Role::kMember:
      return "member";
    case chat::Role::kAdmin:
      return "admin";
    case chat::Role::kOwner:
      return "owner";
  }
  return "";
}

std::optional<chat::Role> read_role(std::string_view text) {
  if (text == "member") return chat::Role::kMember;
  if (text == "admin") return chat::Role::kAdmin;
  return std::nullopt;
}

std::optional<chat::JoinMode> read_join_mode(std::string_view text) {
  for (const auto mode : {chat::JoinMode::kFree, chat::JoinMode::kApproval, chat::JoinMode::kInvite})
    if (text == join_name(mode)) return mode;
  return std::nullopt;
}

boost::json::object group_json(const chat::GroupInfo& group) {
  return {{"conv_id", group.conv.value()},      {"name", group.name},           {"avatar", group.avatar},
          {"announcement", group.announcement}, {"owner", group.owner.value()}, {"join", join_name(group.join_mode)},
          {"muted_all", group.muted_all},       {"dissolved", group.dissolved}, {"members", group.members},
          {"role", role_name(group.role)}};
}

boost::json::object members_json(const std::vector<chat::GroupMember>& members, std::size_t limit) {
  boost::json::array list;
  for (const auto& member : members) list.push_back(member_json(member));
  return {{"members", std::move(list)}, {"has_more", members.size() == limit}};
}

boost::json::object requests_json(const std::vector<chat::GroupRequest>& requests) {
  boost::json::array list;
  for (const auto& one : requests)
    list.push_back(boost::json::object{{"uid", one.uid.value()}, {"name", one.name}, {"greeting", one.greeting}});
  return {{"requests", std::move(list)}};
}

boost::json::object change_json(const chat::GroupChange& change) {
  boost::json::object out{{"conv_id", change.place.conv.value()}};
  if (change.place.seq > 0) {
    out["seq"] = change.place.seq;
    out["ts"] = change.place.ts;
  }
  if (!change.came.empty()) out["came"] = uids_json(change.came);
  if (!change.went.empty()) out["went"] = uids_json(change.went);
  if (change.waits) out["waits"] = true;
  return out;
}

}  // namespace im::logic
