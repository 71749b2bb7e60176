#include "logic/chat_admin/group_admin.hpp"

#include <limits>

#include <boost/json/array.hpp>

#include "common/base/log.hpp"
#include "logic/chat_admin/admin_answer.hpp"
#include "logic/chat_requests/group_commands.hpp"
#include "logic/chat_requests/group_json.hpp"

namespace im::logic::chat_admin {

namespace {

namespace json = boost::json;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kPage = 200;
constexpr std::int64_t kLongestMuteSeconds = 10LL * 366 * 24 * 3600;

json::object line_json(const GroupLine& line) {
  return {{"conv_id", line.conv.value()}, {"name", line.name},           {"owner", line.owner.value()},
          {"members", line.members},      {"muted_all", line.muted_all}, {"dissolved", line.dissolved},
          {"last_seq", line.last_seq},    {"last_ts", line.last_ts}};
}

json::object lines_json(const std::vector<GroupLine>& lines, std::int64_t limit) {
  json::array list;
  for (const GroupLine& line : lines) list.push_back(line_json(line));
  return {{"groups", std::move(list)}, {"has_more", static_cast<std::int64_t>(lines.size()) == limit}};
}

chat::Actor in_place_of(Uid owner) { return {owner, "", ""}; }

std::string text_in(const HttpRequest& request, const char* name) {
  const std::string* text = request.parameter(name);
  return text == nullptr ? "" : *text;
}

}  // namespace

void GroupAdmin::add_routes(HttpServer& server) {
  const auto add = [&](const char* method, const char* path,
                       void (GroupAdmin::*handler)(const HttpRequest&, HttpReply)) {
    server.route(method, path, [this, handler](const HttpRequest& request, HttpReply reply) {
      (this->*handler)(request, std::move(reply));
    });
  };
  add("GET", "/admin/v1/groups", &GroupAdmin::groups);
  add("GET", "/admin/v1/group", &GroupAdmin::group);
  add("GET", "/admin/v1/group/members", &GroupAdmin::members);
  add("POST", "/admin/v1/group/rename", &GroupAdmin::rename);
  add("POST", "/admin/v1/group/remove", &GroupAdmin::remove);
  add("POST", "/admin/v1/group/dissolve", &GroupAdmin::dissolve);
  add("POST", "/admin/v1/group/mute", &GroupAdmin::mute);
}

void GroupAdmin::groups(const HttpRequest& request, HttpReply reply) {
  const auto after = number_in(request, "after", 0, kMost, 0);
  const auto limit = number_in(request, "limit", 1, kPage, kPage);
  if (!after || !limit) return reply(failed(after ? limit.error() : after.error()));
  answer_from(
      uses_.pool, std::move(reply),
      [this, query = text_in(request, "q"), after = after.value(), limit = limit.value()]() -> Result<json::object> {
        const auto lines = uses_.list.list(query, chat::ConvId(after), static_cast<int>(limit));
        if (!lines) return lines.error();
        return lines_json(lines.value(), limit);
      });
}

void GroupAdmin::group(const HttpRequest& request, HttpReply reply) {
  const auto conv = number_in(request, "conv", 1, kMost);
  if (!conv) return reply(failed(conv.error()));
  answer_from(uses_.pool, std::move(reply), [this, conv = chat::ConvId(conv.value())]() -> Result<json::object> {
    const auto owner = uses_.list.owner_of(conv);
    if (!owner) return owner.error();
    auto group = as_json(uses_.groups.info(in_place_of(owner.value()), conv), group_json);
    if (group) group.value().erase("role");
    return group;
  });
}

void GroupAdmin::members(const HttpRequest& request, HttpReply reply) {
  const auto conv = number_in(request, "conv", 1, kMost);
  const auto after = number_in(request, "after", 0, kMost, 0);
  if (!conv || !after) return reply(failed(conv ? after.error() : conv.error()));
  answer_from(uses_.pool, std::move(reply),
              [this, conv = chat::ConvId(conv.value()), after = Uid(after.value())]() -> Result<json::object> {
                const auto owner = uses_.list.owner_of(conv);
                if (!owner) return owner.error();
                return as_json(uses_.groups.members(in_place_of(owner.value()), conv, after, kPage),
                               [](const auto& members) { return members_json(members, kPage); });
              });
}

void GroupAdmin::rename(const HttpRequest& request, HttpReply reply) {
  change(request, std::move(reply), "rename",
         [this, name = text_in(request, "name")](const chat::Actor& owner,
                                                 chat::ConvId conv) -> Result<chat::GroupChange> {
           const auto info = uses_.groups.info(owner, conv);
           if (!info) return info.error();
           return uses_.groups.rename(owner, conv, name, info.value().avatar);
         });
}

void GroupAdmin::remove(const HttpRequest& request, HttpReply reply) {
  const auto uid = number_in(request, "uid", 1, kMost);
  if (!uid) return reply(failed(uid.error()));
  change(request, std::move(reply), "kick",
         [this, uid = Uid(uid.value())](const chat::Actor& owner, chat::ConvId conv) {
           return uses_.groups.kick(owner, conv, uid);
         });
}

void GroupAdmin::dissolve(const HttpRequest& request, HttpReply reply) {
  change(request, std::move(reply), "dissolve",
         [this](const chat::Actor& owner, chat::ConvId conv) { return uses_.groups.dissolve(owner, conv); });
}

/// Without "uid" everybody but admins; "for_s" 0: may speak again.
void GroupAdmin::mute(const HttpRequest& request, HttpReply reply) {
  const auto uid = number_in(request, "uid", 1, kMost, 0);
  const auto seconds = number_in(request, "for_s", 0, kLongestMuteSeconds, kLongestMuteSeconds);
  if (!uid || !seconds) return reply(failed(uid ? seconds.error() : uid.error()));
  change(request, std::move(reply), "mute",
         [this, uid = Uid(uid.value()), ms = seconds.value() * 1000](const chat::Actor& owner, chat::ConvId conv) {
           return uid.value() > 0 ? uses_.groups.mute(owner, conv, uid, ms)
                                  : uses_.groups.mute_all(owner, conv, ms > 0);
         });
}

void GroupAdmin::change(const HttpRequest& request, HttpReply reply, const char* event, Change change) {
  const auto conv = number_in(request, "conv", 1, kMost);
  if (!conv) return reply(failed(conv.error()));
  answer_from(uses_.pool, std::move(reply),
              [this, event, change = std::move(change), conv = chat::ConvId(conv.value())]() -> Result<json::object> {
                const auto owner = uses_.list.owner_of(conv);
                if (!owner) return owner.error();
                const chat::Actor actor = in_place_of(owner.value());
                const auto done = change(actor, conv);
                if (!done) return done.error();
                log::info("an operator changed a group", {{"event", event}, {"conv_id", conv.value()}});
                tell_group_change(uses_.tell, uses_.groups, event, actor, done.value());
                return change_json(done.value());
              });
}

}  // namespace im::logic::chat_admin
