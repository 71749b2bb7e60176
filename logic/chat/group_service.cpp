#include "logic/chat/group_service.hpp"

#include <algorithm>

#include "logic/chat/check.hpp"

namespace im::logic::chat {

namespace {

constexpr const char* kMakeConversation = "INSERT INTO conversations (kind, created_ms) VALUES (2, ?)";
constexpr const char* kMakeGroup =
    "INSERT INTO group_info (conv_id, name, avatar, announcement, owner, join_mode, history_open) VALUES (?, ?, ?, '', "
    "?, ?, ?)";
constexpr const char* kSetRole = "UPDATE members SET role = ? WHERE conv_id = ? AND uid = ?";
constexpr const char* kMute = "UPDATE members SET muted_until_ms = ? WHERE conv_id = ? AND uid = ?";
constexpr const char* kMuteAll = "UPDATE group_info SET muted_all = ? WHERE conv_id = ?";
constexpr const char* kOwner = "UPDATE group_info SET owner = ? WHERE conv_id = ?";
constexpr const char* kAnnounce = "UPDATE group_info SET announcement = ? WHERE conv_id = ?";
constexpr const char* kRename = "UPDATE group_info SET name = ?, avatar = ? WHERE conv_id = ?";
constexpr std::int64_t kLongestMute = 10LL * 366 * 24 * 3600 * 1000;
constexpr const char* kDissolve = "UPDATE group_info SET dissolved = 1 WHERE conv_id = ?";

Status run(store::Write& into, const char* text, const sql::Values& values) {
  auto done = into.db.execute(text, values);
  return done ? Status(Ok{}) : Status(done.error());
}

/// The event, if the statement went well.
Result<GroupEvent> then(const Status& status, GroupEvent event) {
  if (!status) return status.error();
  return event;
}

Result<Place> tell(store::Write& into, store::ConvHead& head, const Actor& actor, const GroupEvent& event) {
  Message row{.type = "system", .body = to_json(event)};
  sign(row, actor);
  auto added = store::append(into, head, std::move(row));
  if (!added) return added.error();
  return place_of(added.value());
}

}  // namespace

Result<GroupChange> GroupService::create(const Actor& actor, const NewGroup& group) {
  if (auto name = check_given("name", group.name, limits_.name_bytes); !name) return name.error();
  if (auto avatar = check_text("avatar", group.avatar, limits_.body_bytes); !avatar) return avatar.error();
  if (group.members.size() > limits_.members_a_call) return Error{Error::Code::kInvalid, "members: too many at once"};
  auto kept = gate_.pass({actor, ConvId(), Uid(), "group.name", group.name}, limits_.name_bytes);
  if (!kept) return kept.error();
  NewGroup named = group;
  named.name = std::move(kept).value();
  return store_.lanes().write<GroupChange>(actor.uid.value(),
                                           [&](store::Write& into) { return make(into, actor, named); });
}

Result<GroupChange> GroupService::make(store::Write& into, const Actor& actor, const NewGroup& group) {
  auto conv = into.db.insert(kMakeConversation, {into.now_ms});
  if (!conv) return conv.error();
  auto made =
      run(into, kMakeGroup,
          {conv.value(), group.name, group.avatar, actor.uid, static_cast<int>(group.join_mode), group.history_open});
  if (!made) return made.error();
  store::ConvHead head{.conv = ConvId(conv.value()), .kind = ConvKind::kGroup};
  auto others = addable(into.db, head.conv, actor.uid, group.members);
  if (!others) return others.error();
  std::erase(others.value(), actor.uid);
  auto all = others.value();
  all.insert(all.begin(), actor.uid);
  if (auto added = add_members(into, head, all, limits_.members); !added) return added.error();
  if (auto owner = run(into, kSetRole, {static_cast<int>(Role::kOwner), head.conv, actor.uid}); !owner)
    return owner.error();
  auto place = tell(into, head, actor, {.event = "create", .uids = all, .text = group.name});
  if (!place) return place.error();
  return GroupChange{.place = place.value(), .came = all};
}

Result<GroupChange> GroupService::change(const Actor& actor, ConvId conv, Action action, const Work& work) {
  return store_.lanes().write<GroupChange>(conv.value(), [&](store::Write& into) -> Result<GroupChange> {
    auto head = store::lock_head(into, conv);
    if (!head) return head.error();
    auto standing = standing_of(into.db, conv, actor.uid);
    if (!standing) return standing.error();
    if (auto may = rights_.may(standing.value(), action, into.now_ms); !may) return may.error();
    GroupChange change{.place = {conv, 0, 0, false}};
    Scene scene{into, head.value(), standing.value(), change};
    auto event = work(scene);
    if (!event) return event.error();
    if (event.value().event.empty()) return change;
    auto place = tell(into, head.value(), actor, event.value());
    if (!place) return place.error();
    change.place = place.value();
    return change;
  });
}

Result<GroupChange> GroupService::manage(const Actor& actor, ConvId conv, Uid uid, Action action, const Work& work) {
  return change(actor, conv, action, [&](Scene& scene) -> Result<GroupEvent> {
    auto role = role_of(scene.into.db, conv, uid);
    if (!role) return role.error();
    auto may = rights_.may_manage(scene.standing, action, role.value(), scene.into.now_ms);
    if (!may) return may.error();
    return work(scene);
  });
}

Result<GroupChange> GroupService::kick(const Actor& actor, ConvId conv, Uid uid) {
  return manage(actor, conv, uid, Action::kKick, [&](Scene& scene) -> Result<GroupEvent> {
    scene.change.went = {uid};
    return then(remove_member(scene.into, conv, uid), {.event = "kick", .uids = {uid}});
  });
}

Result<GroupChange> GroupService::mute(const Actor& actor, ConvId conv, Uid uid, std::int64_t for_ms) {
  if (for_ms < 0 || for_ms > kLongestMute) return Error{Error::Code::kInvalid, "a mute of at most ten years"};
  return manage(actor, conv, uid, Action::kMute, [&](Scene& scene) -> Result<GroupEvent> {
    const std::int64_t until_ms = for_ms > 0 ? scene.into.now_ms + for_ms : 0;
    return then(run(scene.into, kMute, {until_ms, conv, uid}), {.event = "mute", .uids = {uid}, .until_ms = until_ms});
  });
}

Result<GroupChange> GroupService::set_role(const Actor& actor, ConvId conv, Uid uid, Role role) {
  if (role != Role::kMember && role != Role::kAdmin) return Error{Error::Code::kInvalid, "role: member or admin"};
  const std::string name = role == Role::kAdmin ? "admin" : "member";
  return manage(actor, conv, uid, Action::kRole, [&](Scene& scene) -> Result<GroupEvent> {
    return then(run(scene.into, kSetRole, {static_cast<int>(role), conv, uid}),
                {.event = "role", .uids = {uid}, .role = name});
  });
}

Result<GroupChange> GroupService::transfer(const Actor& actor, ConvId conv, Uid uid) {
  return manage(actor, conv, uid, Action::kTransfer, [&](Scene& scene) -> Result<GroupEvent> {
    auto done = run(scene.into, kSetRole, {static_cast<int>(Role::kAdmin), conv, actor.uid});
    if (done) done = run(scene.into, kSetRole, {static_cast<int>(Role::kOwner), conv, uid});
    if (done) done = run(scene.into, kOwner, {uid, conv});
    return then(done, {.event = "transfer", .uids = {uid}});
  });
}

Result<GroupChange> GroupService::mute_all(const Actor& actor, ConvId conv, bool on) {
  return change(actor, conv, Action::kMute, [&](Scene& scene) -> Result<GroupEvent> {
    if (scene.standing.muted_all == on) return GroupEvent{};
    return then(run(scene.into, kMuteAll, {on, conv}), {.event = "mute_all", .on = on});
  });
}

Result<GroupChange> GroupService::announce(const Actor& actor, ConvId conv, const std::string& text) {
  if (auto good = check_text("text", text, limits_.body_bytes / 2); !good) return good.error();
  auto kept = gate_.pass({actor, conv, Uid(), "group.announce", text}, limits_.body_bytes / 2);
  if (!kept) return kept.error();
  return change(actor, conv, Action::kAnnounce, [&](Scene& scene) {
    return then(run(scene.into, kAnnounce, {kept.value(), conv}), {.event = "announce", .text = kept.value()});
  });
}

Result<GroupChange> GroupService::rename(const Actor& actor, ConvId conv, const std::string& name,
                                         const std::string& avatar) {
  if (auto good = check_given("name", name, limits_.name_bytes); !good) return good.error();
  if (auto good = check_text("avatar", avatar, limits_.body_bytes); !good) return good.error();
  auto kept = gate_.pass({actor, conv, Uid(), "group.name", name}, limits_.name_bytes);
  if (!kept) return kept.error();
  return change(actor, conv, Action::kRename, [&](Scene& scene) {
    return then(run(scene.into, kRename, {kept.value(), avatar, conv}), {.event = "rename", .text = kept.value()});
  });
}

Result<GroupChange> GroupService::dissolve(const Actor& actor, ConvId conv) {
  return change(actor, conv, Action::kDissolve,
                [&](Scene& scene) { return then(run(scene.into, kDissolve, {conv}), {.event = "dissolve"}); });
}

}  // namespace im::logic::chat
