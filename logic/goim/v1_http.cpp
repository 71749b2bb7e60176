#include "logic/goim/v1_http.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "common/base/when_all.hpp"
#include "logic/identity/v1_rules.hpp"

namespace im::logic {

namespace {

constexpr int kOk = 1;
constexpr int kFailed = 65535;
/// Every v1 push; v1 knows no filter.
PushSpec v1_push() {
  PushSpec spec(5);
  spec.facts.audience = PushAudience::kEverybody;
  return spec;
}

/// goim lets Go guess the type, which makes all of them plain text.
HttpResponse text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body), .headers = {}};
}
HttpResponse ret(int code) { return text(200, "{\"ret\":" + std::to_string(code) + "}"); }

PushService::Done answer_with(HttpReply reply) {
  return [reply = std::move(reply)](const Status& status) { reply(ret(status.ok() ? kOk : kFailed)); };
}

template <class T>
std::optional<T> number(const HttpRequest& request, const char* name) {
  const std::string* value = request.parameter(name);
  return value == nullptr ? std::nullopt : go_number<T>(*value);
}

/// `[{"RoomId":1,"Count":2}]`
template <class Counts>
std::string counts_json(const char* name, const Counts& counts) {
  std::string out = "{\"data\":[";
  for (const auto& [id, count] : counts) {
    if (out.back() != '[') out += ',';
    out += "{\"" + std::string(name) + "\":" + std::to_string(id) + ",\"Count\":" + std::to_string(count) + "}";
  }
  return out + "],\"ret\":1}";
}

void count_rooms(SessionDirectory& directory, std::int64_t roomless, HttpReply reply) {
  OnlineAsk ask{"v1://", std::numeric_limits<std::int32_t>::max(), {}};
  directory.online(std::move(ask), [roomless, reply = std::move(reply)](const Result<OnlineAnswer>& online) {
    if (!online.ok()) {
      reply(ret(kFailed));
      return;
    }
    std::map<std::int32_t, std::int64_t> counts;
    for (const auto& [key, count] : online.value().top) {
      const auto room = v1_room_number(key);
      if (room && *room != kV1NoRoom && count > 0) counts[*room] = count;
    }
    if (roomless > 0) counts[kV1NoRoom] = roomless;
    std::string body = counts_json("RoomId", counts);
    if (online.value().top_cut) body.insert(body.size() - 1, ",\"cut\":true");
    reply(text(200, std::move(body)));
  });
}

void count(SessionDirectory& directory, const NodeList& nodes, const HttpRequest& request, HttpReply reply) {
  const std::string* type = request.parameter("type");
  std::map<std::uint32_t, std::int64_t> servers;
  std::int64_t roomless = 0;
  for (const NodeInfo& node : nodes.nodes()) {
    if (node.kind != NodeKind::kComet) continue;
    roomless += node.roomless;
    servers[node.instance.number.value()] = node.connections;
  }
  if (type != nullptr && *type == "room") {
    count_rooms(directory, roomless, std::move(reply));
  } else if (type != nullptr && *type == "server") {
    reply(text(200, counts_json("Server", servers)));
  } else {
    reply(ret(kOk));
  }
}

/// One method per path; any other is 405, as in goim.
void route(HttpServer& server, const char* method, const char* path, HttpHandler handler) {
  server.route(method, path, std::move(handler));
  server.route("*", path, [](const HttpRequest&, const HttpReply& reply) { reply(text(405, "Method Not Allowed\n")); });
}

void push_room(PushService& push, HttpRequest request, HttpReply reply) {
  const auto room = number<std::int32_t>(request, "rid");
  if (!room) return reply(ret(kFailed));
  push.to_room(v1_push(), v1_room(*room), std::move(request.body), answer_with(std::move(reply)));
}

/// In goim v1.2 user 0 is everybody whose token is no number.
void push_users(PushService& push, V1Pushs pushs, HttpReply reply) {
  WhenAll<> all(answer_with(std::move(reply)));
  if (std::erase(pushs.uids, 0) > 0) push.to_userless(v1_push(), pushs.message, all.part());
  push.to_users(v1_push(), std::move(pushs.uids), std::move(pushs.message), all.part());
}

void add_v1_push_routes(HttpServer& server, PushService& push) {
  route(server, "POST", "/1/push", [&push](HttpRequest request, HttpReply reply) {
    const auto uid = number<std::int64_t>(request, "uid");
    if (!uid) return reply(ret(kFailed));
    push_users(push, {std::move(request.body), {*uid}}, std::move(reply));
  });
  route(server, "POST", "/1/pushs", [&push](const HttpRequest& request, HttpReply reply) {
    auto pushs = read_v1_pushs(request.body);
    if (!pushs) return reply(ret(kFailed));
    push_users(push, std::move(*pushs), std::move(reply));
  });
  // `ensure` asks goim to wait for a full room queue instead of dropping: that is what a push here always does.
  route(server, "POST", "/1/push/room",
        [&push](HttpRequest request, HttpReply reply) { push_room(push, std::move(request), std::move(reply)); });
  route(server, "POST", "/1/push/all", [&push](HttpRequest request, HttpReply reply) {
    // The room push of v1.0 and v1.1 has this path and a room.
    if (request.parameter("rid") != nullptr) return push_room(push, std::move(request), std::move(reply));
    push.to_all(v1_push(), 0, std::move(request.body), answer_with(std::move(reply)));
  });
}

}  // namespace

void add_v1_routes(HttpServer& server, PushService& push, SessionDirectory& directory, NodeList& nodes) {
  add_v1_push_routes(server, push);
  route(server, "POST", "/1/server/del", [&nodes](const HttpRequest& request, HttpReply reply) {
    const auto comet = number<std::int32_t>(request, "server");
    if (!comet) return reply(text(200, ""));
    nodes.forget(CometNumber(static_cast<std::uint32_t>(*comet)), answer_with(std::move(reply)));
  });
  route(server, "GET", "/1/count", [&directory, &nodes](const HttpRequest& request, HttpReply reply) {
    count(directory, nodes, request, std::move(reply));
  });
}

}  // namespace im::logic
