#include "logic/admin/admin_http.hpp"

#include "common/base/room_key.hpp"
#include "logic/admin/admin_json.hpp"
#include "logic/admin/answers.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::seconds kTooOld{5};

HttpResponse failed(Error::Code code, const std::string& text) {
  const int status = code == Error::Code::kInvalid ? 400 : code == Error::Code::kNotFound ? 404 : 503;
  return problem(status, to_string(code), text);
}

HttpResponse router_failed(const Error& error) {
  return failed(Error::Code::kUnavailable, "the router did not answer: " + error.message);
}

HttpResponse nobody(const std::string& who, bool complete) {
  if (complete) return failed(Error::Code::kNotFound, who + " has no live session");
  return failed(Error::Code::kUnavailable,
                who +
                    " is not known, but the router was started anew and comets have not told all sessions yet; "
                    "ask again in some seconds");
}

bool is_room(const std::string& id) {
  const std::size_t at = id.find("://");
  return at != std::string::npos && at > 0 && at + 3 < id.size() && valid_room_key(id);
}

}  // namespace

void AdminApi::add_routes(HttpServer& server) {
  const auto add = [&](const char* path, void (AdminApi::*handler)(const HttpRequest&, HttpReply)) {
    server.route("GET", path, [this, handler](const HttpRequest& request, HttpReply reply) {
      (this->*handler)(request, std::move(reply));
    });
  };
  add("/admin/v1/overview", &AdminApi::overview);
  add("/admin/v1/nodes", &AdminApi::nodes);
  add("/admin/v1/session", &AdminApi::session);
  add("/admin/v1/room", &AdminApi::room);
}

void AdminApi::overview(const HttpRequest&, HttpReply reply) {
  directory_.online({}, [this, reply = std::move(reply)](const Result<OnlineAnswer>& online) {
    reply(online.ok() ? answer(200, overview_json(online.value(), push_, nodes_())) : router_failed(online.error()));
  });
}

void AdminApi::nodes(const HttpRequest&, HttpReply reply) {
  const NodeView view = nodes_();
  if (!view.age) {
    reply(failed(Error::Code::kUnavailable, "the router has not answered since this logic started"));
  } else if (*view.age > kTooOld) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*view.age).count();
    reply(failed(Error::Code::kUnavailable, "the router has not answered for " + std::to_string(seconds) + " s"));
  } else {
    reply(answer(200, nodes_json(view)));
  }
}

void AdminApi::session(const HttpRequest& request, HttpReply reply) {
  const std::string* uid_text = request.parameter("uid");
  const std::string* key = request.parameter("key");
  if ((uid_text == nullptr) == (key == nullptr) || (key != nullptr && !valid_key(*key))) {
    reply(failed(Error::Code::kInvalid, "give one parameter: \"uid\" (a number) or \"key\" (UTF-8)"));
    return;
  }
  LocateAsk ask;
  std::string who;
  if (uid_text != nullptr) {
    const auto uid = parse_number<std::int64_t>(*uid_text);
    if (!uid || *uid <= 0) {
      reply(failed(Error::Code::kInvalid, "parameter \"uid\": \"" + *uid_text +
                                              "\" is not a number above 0; sessions without a user are found by key"));
      return;
    }
    ask.uids = {*uid};
    who = "user " + *uid_text;
  } else {
    ask.keys = {*key};
    who = "key \"" + *key + "\"";
  }
  directory_.locate(std::move(ask), [this, who, reply = std::move(reply)](const Result<LocateAnswer>& located) {
    if (!located.ok()) {
      reply(router_failed(located.error()));
      return;
    }
    const LocateAnswer& found = located.value();
    const auto& sessions = found.by_uid.empty() ? found.by_key.front() : found.by_uid.front();
    reply(sessions.empty() ? nobody(who, found.complete) : answer(200, sessions_json(sessions, nodes_())));
  });
}

void AdminApi::room(const HttpRequest& request, HttpReply reply) {
  const std::string* id = request.parameter("id");
  if (id == nullptr || !is_room(*id)) {
    reply(failed(Error::Code::kInvalid, "parameter \"id\" is required and looks like \"live://1\""));
    return;
  }
  LocateAsk ask;
  ask.rooms = {*id};
  directory_.locate(
      std::move(ask), [this, id = *id, reply = std::move(reply)](const Result<LocateAnswer>& located) mutable {
        if (!located.ok()) {
          reply(router_failed(located.error()));
          return;
        }
        OnlineAsk count;
        count.rooms = {id};
        directory_.online(std::move(count), [this, id, located = located.value(),
                                             reply = std::move(reply)](const Result<OnlineAnswer>& online) {
          reply(online.ok() ? answer(200, room_json(id, online.value().rooms.front().second, located, nodes_()))
                            : router_failed(online.error()));
        });
      });
}

}  // namespace im::logic
