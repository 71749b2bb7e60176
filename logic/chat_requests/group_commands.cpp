#include "logic/chat_requests/group_commands.hpp"

#include <string>
#include <vector>

#include "logic/chat_requests/group_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using chat::ConvId;
using chat::GroupChange;
using chat::GroupService;
using Work = ChatCommands::Work;
using Change = std::function<Result<GroupChange>(GroupService&)>;

constexpr std::int64_t kMembersPage = 200;
constexpr std::int64_t kLongestMuteSeconds = 10LL * 366 * 24 * 3600;
constexpr std::size_t kMostUids = 1000;         ///< what is read; the service has a limit of its own
constexpr std::size_t kGroupText = 64U * 1024;  ///< the same

/// What happened, for those whom no system message tells.
json::object group_event(const char* event, ConvId conv, Uid by, const std::vector<Uid>& uids) {
  json::array list;
  for (const Uid uid : uids) list.push_back(uid.value());
  return {{"cmd", "group"}, {"event", event}, {"conv_id", conv.value()}, {"by", by.value()}, {"uids", std::move(list)}};
}

struct Groups {
  GroupService& service;
  TellLive tell;

  /// Does it, and tells those who came or went, and the admins where somebody waits.
  Work changing(const char* event, const Actor& actor, Change change) const {
    return [groups = *this, event, actor, change = std::move(change)]() -> Result<json::object> {
      const auto done = change(groups.service);
      if (!done.ok()) return done.error();
      tell_group_change(groups.tell, groups.service, event, actor, done.value());
      return change_json(done.value());
    };
  }

  Work answer_request(const Actor& actor, ConvId conv, Uid uid, bool accept) const {
    return [groups = *this, actor, conv, uid, accept]() -> Result<json::object> {
      const auto done = groups.service.approve(actor, conv, uid, accept);
      if (!done.ok()) return done.error();
      tell_group_change(groups.tell, groups.service, "approve", actor, done.value());
      if (!accept) groups.tell({uid}, {group_event("reject", conv, actor.uid, {uid})});
      return change_json(done.value());
    };
  }
};

ConvId conv_in(Fields& fields) { return ConvId(fields.number("conv_id", 1, kMostId)); }
Uid uid_in(Fields& fields) { return Uid(fields.number("uid", 1, kMostId)); }

std::vector<Uid> uids_in(Fields& fields, std::string_view name) {
  std::vector<Uid> uids;
  for (const std::int64_t uid : fields.numbers(name, kMostUids)) uids.emplace_back(uid);
  return uids;
}

chat::NewGroup new_group_in(Fields& fields) {
  chat::NewGroup group;
  group.name = fields.text("name", kGroupText);
  group.avatar = fields.text_or("avatar", kGroupText, "");
  const auto mode = read_join_mode(fields.text_or("join", 16, "approval"));
  if (!mode) fields.refuse("join", "free, approval or invite");
  group.join_mode = mode.value_or(chat::JoinMode::kApproval);
  group.history_open = fields.flag_or("history_open", false);
  group.members = uids_in(fields, "members");
  return group;
}

/// One member with "uid", everybody without.
Change mute_in(const Actor& actor, Fields& fields) {
  const ConvId conv = conv_in(fields);
  const Uid uid(fields.number_or("uid", 1, kMostId, 0));
  const bool on = fields.flag_or("on", true);
  const std::int64_t seconds = fields.number_or("for_s", 1, kLongestMuteSeconds, kLongestMuteSeconds);
  return [actor, conv, uid, on, ms = on ? seconds * 1000 : 0](GroupService& groups) {
    return uid.value() > 0 ? groups.mute(actor, conv, uid, ms) : groups.mute_all(actor, conv, on);
  };
}

void add_looks(ChatCommands& commands, const Groups& groups) {
  commands.on("group.info", [groups](const Actor& actor, Fields& fields) -> Work {
    return [groups, actor, conv = conv_in(fields)] { return as_json(groups.service.info(actor, conv), group_json); };
  });
  commands.on("group.members", [groups](const Actor& actor, Fields& fields) -> Work {
    return [groups, actor, conv = conv_in(fields), after = Uid(fields.number_or("after", 0, kMostId, 0)),
            limit = fields.number_or("limit", 1, kMembersPage, kMembersPage)] {
      return as_json(groups.service.members(actor, conv, after, static_cast<int>(limit)),
                     [limit](const auto& members) { return members_json(members, static_cast<std::size_t>(limit)); });
    };
  });
  commands.on("group.requests", [groups](const Actor& actor, Fields& fields) -> Work {
    return [groups, actor, conv = conv_in(fields)] {
      return as_json(groups.service.requests(actor, conv), requests_json);
    };
  });
}

void add_entries(ChatCommands& commands, const Groups& groups) {
  commands.on("group.create", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("create", actor, [actor, group = new_group_in(fields)](GroupService& service) {
      return service.create(actor, group);
    });
  });
  commands.on("group.invite", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("invite", actor,
                           [actor, conv = conv_in(fields), uids = uids_in(fields, "uids")](auto& service) {
                             return service.invite(actor, conv, uids);
                           });
  });
  commands.on("group.join", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("join", actor,
                           [actor, conv = conv_in(fields), text = fields.text_or("greeting", kGroupText, "")](
                               auto& service) { return service.join(actor, conv, text); });
  });
  commands.on("group.approve", [groups](const Actor& actor, Fields& fields) -> Work {
    const ConvId conv = conv_in(fields);
    const Uid uid = uid_in(fields);
    return groups.answer_request(actor, conv, uid, fields.flag_or("accept", true));
  });
  commands.on("group.leave", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("leave", actor,
                           [actor, conv = conv_in(fields)](auto& service) { return service.leave(actor, conv); });
  });
  commands.on("group.kick", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("kick", actor, [actor, conv = conv_in(fields), uid = uid_in(fields)](auto& service) {
      return service.kick(actor, conv, uid);
    });
  });
}

void add_rule_changes(ChatCommands& commands, const Groups& groups) {
  commands.on("group.mute", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("mute", actor, mute_in(actor, fields));
  });
  commands.on("group.role", [groups](const Actor& actor, Fields& fields) -> Work {
    const auto role = read_role(fields.text("role", 16));
    if (!role) fields.refuse("role", "member or admin");
    return groups.changing("role", actor, [actor, role, conv = conv_in(fields), uid = uid_in(fields)](auto& service) {
      return service.set_role(actor, conv, uid, *role);
    });
  });
  commands.on("group.transfer", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("transfer", actor, [actor, conv = conv_in(fields), uid = uid_in(fields)](auto& service) {
      return service.transfer(actor, conv, uid);
    });
  });
  commands.on("group.announce", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("announce", actor,
                           [actor, conv = conv_in(fields), text = fields.raw_text("text", kGroupText)](auto& service) {
                             return service.announce(actor, conv, text);
                           });
  });
  commands.on("group.rename", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("rename", actor,
                           [actor, conv = conv_in(fields), name = fields.text("name", kGroupText),
                            avatar = fields.text_or("avatar", kGroupText, "")](auto& service) {
                             return service.rename(actor, conv, name, avatar);
                           });
  });
  commands.on("group.dissolve", [groups](const Actor& actor, Fields& fields) -> Work {
    return groups.changing("dissolve", actor,
                           [actor, conv = conv_in(fields)](auto& service) { return service.dissolve(actor, conv); });
  });
}

}  // namespace

void tell_group_change(const TellLive& tell, GroupService& groups, const char* event, const Actor& actor,
                       const GroupChange& change) {
  const ConvId conv = change.place.conv;
  for (const std::vector<Uid>* uids : {&change.came, &change.went})
    if (!uids->empty()) tell(*uids, {.json = group_event(event, conv, actor.uid, *uids), .except = actor.origin});
  if (!change.waits) return;
  const auto admins = groups.admins_of(conv);
  if (admins.ok()) tell(admins.value(), {group_event("ask", conv, actor.uid, {actor.uid})});
}

void add_group_commands(ChatCommands& commands, chat::GroupService& service, const TellLive& tell) {
  const Groups groups{service, tell};
  add_looks(commands, groups);
  add_entries(commands, groups);
  add_rule_changes(commands, groups);
}

}  // namespace im::logic
