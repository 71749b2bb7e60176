#include "logic/console/talk_desk.hpp"

#include "logic/admin/answers.hpp"
#include "logic/chat_requests/chat_json.hpp"
#include "logic/chat_requests/group_json.hpp"
#include "logic/console/asked.hpp"
#include "logic/console/message_search.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr int kGroupsPage = 50;
constexpr int kMembersPage = 200;

constexpr sql::Query kGroups{
    "SELECT g.conv_id, g.name, g.owner, g.member_count, g.dissolved, c.last_seq, c.last_ts FROM group_info g "
    "JOIN conversations c ON c.conv_id = g.conv_id "
    "WHERE g.conv_id < ? AND (? = '' OR g.conv_id = ? OR g.name LIKE ? ESCAPE '!') ORDER BY g.conv_id DESC LIMIT ?",
    7};

json::object found_json(const sql::Row& row) {
  return {{"conv", row.number(0)},    {"name", row.text(1)},      {"owner", row.number(2)},
          {"members", row.number(3)}, {"dissolved", row.flag(4)}, {"last_seq", row.number(5)},
          {"last_ts", row.number(6)}};
}

/// What those hear whom no row tells.
json::object went_json(chat::ConvId conv, Uid by, const std::vector<Uid>& uids) {
  json::array list;
  for (const Uid uid : uids) list.push_back(uid.value());
  return {
      {"cmd", "group"}, {"event", "kick"}, {"conv_id", conv.value()}, {"by", by.value()}, {"uids", std::move(list)}};
}

}  // namespace

void TalkDesk::add_routes(HttpServer& server, AdminDoor& door) {
  door.get(server, "/api/groups", AdminRole::kViewer, AdminDoor::work(this, &TalkDesk::find_groups));
  door.get(server, "/api/group", AdminRole::kViewer, AdminDoor::work(this, &TalkDesk::show_group));
  door.get(server, "/api/messages", AdminRole::kOperator, AdminDoor::work(this, &TalkDesk::find_messages));
  door.post(server, "/api/group/rename", AdminRole::kOperator, AdminDoor::work(this, &TalkDesk::rename));
  door.post(server, "/api/group/remove", AdminRole::kOperator, AdminDoor::work(this, &TalkDesk::remove_member));
  door.post(server, "/api/group/dissolve", AdminRole::kAdmin, AdminDoor::work(this, &TalkDesk::dissolve));
  door.post(server, "/api/message/remove", AdminRole::kOperator, AdminDoor::work(this, &TalkDesk::remove_message));
}

void TalkDesk::find_groups(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const std::string text = asked.text("q", 190);
  const std::int64_t before = asked.number("before", 1, kMostNumber, kMostNumber);
  if (asked.failed(reply)) return;
  auto db = store_.reader();
  if (!db.ok()) return reply(refused(db.error()));
  const auto rows =
      db.value()->select(kGroups, {before, text, number_in(text), "%" + escaped_like(text) + "%", kGroupsPage});
  if (!rows.ok()) return reply(refused(rows.error()));
  json::array groups;
  for (const sql::Row& row : rows.value()) groups.push_back(found_json(row));
  reply(answer(200, {{"groups", std::move(groups)}}));
}

void TalkDesk::show_group(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const chat::ConvId conv(asked.number("conv", 1, kMostNumber));
  const Uid after(asked.number("after", 0, kMostNumber, 0));
  if (asked.failed(reply)) return;
  const auto owner = owner_of(conv);
  if (!owner.ok()) return reply(refused(owner.error()));
  const auto info = groups_.info(owner.value(), conv);
  if (!info.ok()) return reply(refused(info.error()));
  const auto members = groups_.members(owner.value(), conv, after, kMembersPage);
  if (!members.ok()) return reply(refused(members.error()));
  json::object out = group_json(info.value());
  out.erase("role");
  for (auto& member : members_json(members.value(), kMembersPage)) out[member.key()] = member.value();
  reply(answer(200, std::move(out)));
}

void TalkDesk::find_messages(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  MessageSearch search;
  search.text = asked.text("q", 190);
  search.conv = store::ConvId(asked.number("conv", 0, kMostNumber, 0));
  search.from = Uid(asked.number("from", 0, kMostNumber, 0));
  if (asked.failed(reply)) return;
  const auto found = search_messages(store_, search);
  if (!found.ok()) return reply(refused(found.error()));
  reply(answer(200, {{"messages", found.value()}}));
}

/// kNotFound: no such group.
Result<chat::Actor> TalkDesk::owner_of(chat::ConvId conv) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select({"SELECT owner FROM group_info WHERE conv_id = ?", 1}, {conv});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such group"};
  chat::Actor owner;
  owner.uid = rows.value().front().id<Uid>(0);
  return owner;
}

void TalkDesk::change(chat::ConvId conv, const HttpReply& reply, const Change& change) {
  const auto owner = owner_of(conv);
  if (!owner.ok()) return reply(refused(owner.error()));
  const auto done = change(owner.value());
  if (!done.ok()) return reply(refused(done.error()));
  const auto& went = done.value().went;
  if (!went.empty()) tell_(went, {.json = went_json(conv, owner.value().uid, went)});
  reply(answer(200, change_json(done.value())));
}

void TalkDesk::rename(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const chat::ConvId conv(asked.number("conv", 1, kMostNumber));
  const std::string name = asked.given("name", 190);
  if (asked.failed(reply)) return;
  change(conv, reply, [&](const chat::Actor& owner) -> Result<chat::GroupChange> {
    const auto info = groups_.info(owner, conv);
    if (!info.ok()) return info.error();
    return groups_.rename(owner, conv, name, info.value().avatar);
  });
}

void TalkDesk::remove_member(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const chat::ConvId conv(asked.number("conv", 1, kMostNumber));
  const Uid uid(asked.number("uid", 1, kMostNumber));
  if (asked.failed(reply)) return;
  change(conv, reply, [&](const chat::Actor& owner) -> Result<chat::GroupChange> {
    if (owner.uid == uid)
      return Error{Error::Code::kConflict, "this is the owner; dissolve the group, or let them transfer it"};
    return groups_.kick(owner, conv, uid);
  });
}

void TalkDesk::dissolve(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const chat::ConvId conv(asked.number("conv", 1, kMostNumber));
  if (asked.failed(reply)) return;
  change(conv, reply, [&](const chat::Actor& owner) { return groups_.dissolve(owner, conv); });
}

void TalkDesk::remove_message(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const chat::ConvId conv(asked.number("conv", 1, kMostNumber));
  const chat::Seq seq = asked.number("seq", 1, kMostNumber);
  if (asked.failed(reply)) return;
  const auto place = messages_.remove(conv, seq);
  reply(place.ok() ? answer(200, place_json(place.value())) : refused(place.error()));
}

}  // namespace im::logic
