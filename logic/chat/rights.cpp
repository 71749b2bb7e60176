#include "logic/chat/rights.hpp"

#include <array>

namespace im::logic::chat {

namespace {

/// The least role in a group, and whether p2p conversations and rooms know the action. A room has no members: whoever
/// is in it counts, and the door has seen to that; nobody writes there as in a conversation (decision 93).
struct Rule {
  Action action;
  Role group;
  bool p2p;
  bool room;
  bool silenced;   ///< not while muted
  bool dissolved;  ///< still in a group that is dissolved
};
constexpr Role kNotInGroups{4};
constexpr std::array<Rule, 20> kRules{{
    {Action::kRead, Role::kMember, true, true, false, true},
    {Action::kSend, Role::kMember, true, false, true, false},
    {Action::kEdit, Role::kMember, true, false, true, false},
    {Action::kRecall, Role::kMember, true, false, false, false},
    {Action::kReact, Role::kMember, true, false, true, false},
    {Action::kPin, Role::kAdmin, true, false, false, false},
    {Action::kSettings, Role::kMember, true, false, false, true},
    {Action::kSee, Role::kNone, false, false, false, false},
    {Action::kJoin, Role::kNone, false, false, false, false},
    {Action::kInvite, Role::kMember, false, false, true, false},
    {Action::kApprove, Role::kAdmin, false, false, false, false},
    {Action::kKick, Role::kAdmin, false, false, false, false},
    {Action::kMute, Role::kAdmin, false, false, false, false},
    {Action::kAnnounce, Role::kAdmin, false, false, false, false},
    {Action::kRename, Role::kAdmin, false, false, false, false},
    {Action::kLeave, Role::kMember, false, false, false, true},
    {Action::kRole, Role::kOwner, false, false, false, false},
    {Action::kTransfer, Role::kOwner, false, false, false, false},
    {Action::kDissolve, Role::kOwner, false, false, false, false},
    {Action::kSay, kNotInGroups, false, true, true, false},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRules.size(); ++i)
    if (static_cast<std::size_t>(kRules[i].action) != i) return false;
  return true;
}
static_assert(in_order(), "a rule for each action, in their order");

Error denied(const char* why) { return {Error::Code::kDenied, why}; }
Error not_there() { return {Error::Code::kNotFound, "no such conversation"}; }

/// What the kind of the conversation does not know: who does.
Error elsewhere(const Rule& rule) {
  if (rule.group == kNotInGroups) return denied("only rooms and the lobby take this");
  if (rule.p2p) return denied("rooms and the lobby do not take this; a conversation of two or a group does");
  return denied("only a group has this");
}

bool is_muted(const Standing& standing, std::int64_t now_ms) {
  return standing.role == Role::kMember && (standing.muted_all || standing.muted_until_ms > now_ms);
}

Status may_in_group(const Standing& standing, const Rule& rule, std::int64_t now_ms) {
  // A group that one has to be invited to is not there for others.
  const bool hidden = standing.join_mode == JoinMode::kInvite || standing.dissolved || rule.group > Role::kNone;
  if (standing.role == Role::kNone && hidden) return not_there();
  if (standing.dissolved && !rule.dissolved) return Error{Error::Code::kConflict, "the group is dissolved"};
  if (rule.group == kNotInGroups) return elsewhere(rule);
  if (standing.role < rule.group) return denied("your role in the group does not allow it");
  if (rule.silenced && is_muted(standing, now_ms)) return denied("you are muted");
  return Ok{};
}

Status may_here(const Standing& standing, const Rule& rule, std::int64_t now_ms) {
  switch (standing.kind) {
    case ConvKind::kGroup:
      return may_in_group(standing, rule, now_ms);
    case ConvKind::kP2p:
      if (standing.role == Role::kNone) return not_there();
      return rule.p2p ? Status(Ok{}) : elsewhere(rule);
    case ConvKind::kRoom:
      return rule.room ? Status(Ok{}) : elsewhere(rule);
  }
  return not_there();
}

}  // namespace

Status Rights::may(const Standing& standing, Action action, std::int64_t now_ms) const {
  const auto& rule = kRules[static_cast<std::size_t>(action)];
  auto here = may_here(standing, rule, now_ms);
  if (here.ok() && rule.silenced && standing.silenced_until_ms > now_ms) return denied("you are muted");
  return here;
}

Status Rights::may_change(const Standing& standing, Action action, Uid caller, const Message& message,
                          std::int64_t now_ms) const {
  if (auto may_at_all = may(standing, action, now_ms); !may_at_all) return may_at_all;
  if (message.seq <= standing.from_seq || message.hidden_from == caller)
    return Error{Error::Code::kNotFound, "no such message"};
  if (message.kind != RowKind::kMessage || message.type == "system") return denied("not this kind of message");
  if (message.recalled) return Error{Error::Code::kConflict, "the message is recalled"};
  const bool admin = standing.kind == ConvKind::kGroup && standing.role >= Role::kAdmin;
  if (action == Action::kRecall && admin) return Ok{};
  if (message.sender != caller) return denied("not your message");
  const auto window = action == Action::kEdit ? limits_.edit_ms : limits_.recall_ms;
  if (now_ms - message.ts > window) return denied("the time for it is over");
  return Ok{};
}

Status Rights::may_manage(const Standing& standing, Action action, Role target, std::int64_t now_ms) const {
  if (auto may_at_all = may(standing, action, now_ms); !may_at_all) return may_at_all;
  if (target == Role::kNone) return Error{Error::Code::kNotFound, "not a member"};
  if (target >= standing.role) return denied("not with a member of your own role or above");
  return Ok{};
}

}  // namespace im::logic::chat
