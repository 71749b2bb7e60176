#include "logic/goim/goim_push_http.hpp"

#include <algorithm>

#include "common/base/room_key.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

/// `failure` = goim's code when the broker or the router failed.
PushService::Done answer_with(HttpReply reply, int failure) {
  return [reply = std::move(reply), failure](const Status& status) {
    reply(status.ok() ? goim_answer(0, "") : goim_answer(failure, status.error().message));
  };
}

/// The int32 parameter, or nothing after a 400 was given. `nonzero`: goim's binding:"required".
std::optional<std::int32_t> int32_parameter(const HttpRequest& request, const HttpReply& reply, const char* name,
                                            bool nonzero) {
  const std::string* text = request.parameter(name);
  const auto value =
      text == nullptr || text->empty() ? std::optional<std::int32_t>(0) : parse_number<std::int32_t>(*text);
  if (!value) {
    reply(bad_parameter(std::string("parameter \"") + name + "\" is not a 32-bit number"));
    return std::nullopt;
  }
  if (nonzero && *value == 0) {
    reply(bad_parameter(std::string("parameter \"") + name + "\" is required and must not be 0"));
    return std::nullopt;
  }
  return value;
}

void push_to_keys(PushService& push, HttpRequest request, const HttpReply& reply) {
  const auto operation = int32_parameter(request, reply, "operation", false);
  if (!operation) return;
  auto keys = request.parameters("keys");
  if (keys.empty()) return reply(goim_answer(-400, ""));
  if (!std::all_of(keys.begin(), keys.end(), valid_key))
    return reply(bad_parameter("parameter \"keys\": a key is UTF-8, 1 to 1024 bytes"));
  push.to_keys(*operation, std::move(keys), std::move(request.body), answer_with(reply, -400));
}

void push_to_users(PushService& push, HttpRequest request, const HttpReply& reply) {
  const auto operation = int32_parameter(request, reply, "operation", false);
  if (!operation) return;
  std::vector<std::int64_t> uids;
  for (const std::string& text : request.parameters("mids")) {
    const auto uid = text.empty() ? std::optional<std::int64_t>(0) : parse_number<std::int64_t>(text);
    if (!uid)
      return reply(bad_parameter("parameter \"mids\": \"" + text +
                                 "\" is not a 64-bit number; repeat the parameter for more than one"));
    uids.push_back(*uid);
  }
  push.to_users(*operation, std::move(uids), std::move(request.body), answer_with(reply, -500));
}

void push_to_room(PushService& push, HttpRequest request, const HttpReply& reply) {
  const auto operation = int32_parameter(request, reply, "operation", true);
  if (!operation) return;
  const std::string* type = request.parameter("type");
  const std::string* room = request.parameter("room");
  if (type == nullptr || type->empty() || room == nullptr || room->empty())
    return reply(bad_parameter("parameters \"type\" and \"room\" are required"));
  const std::string key = *type + "://" + *room;
  if (!valid_room_key(key)) return reply(bad_parameter(kBadRoom));
  push.to_room(*operation, key, std::move(request.body), answer_with(reply, -500));
}

void push_to_all(PushService& push, HttpRequest request, const HttpReply& reply) {
  const auto operation = int32_parameter(request, reply, "operation", true);
  if (!operation) return;
  const auto speed = int32_parameter(request, reply, "speed", false);
  if (!speed) return;
  push.to_all(*operation, *speed, std::move(request.body), answer_with(reply, -500));
}

using Pusher = void (*)(PushService&, HttpRequest, const HttpReply&);
HttpHandler with(PushService& push, Pusher pusher) {
  return [&push, pusher](HttpRequest request, HttpReply reply) { pusher(push, std::move(request), reply); };
}

}  // namespace

void add_push_routes(HttpServer& server, PushService& push) {
  goim_route(server, "POST", "/goim/push/keys", with(push, push_to_keys));
  goim_route(server, "POST", "/goim/push/mids", with(push, push_to_users));
  server.route("POST", "/goim/push/room", with(push, push_to_room));
  server.route("POST", "/goim/push/all", with(push, push_to_all));
}

}  // namespace im::logic
