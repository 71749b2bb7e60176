#include "logic/kick_http.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "logic/http_answers.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

HttpResponse answer(int status, const json::object& body) {
  HttpResponse response;
  response.status = status;
  response.body = json::serialize(body) + "\n";
  return response;
}
HttpResponse problem(int status, const char* code, const std::string& text) {
  return answer(status, {{"code", code}, {"error", text}});
}

std::optional<LocateAsk> ask_of(const HttpRequest& request) {
  const std::string* uid_text = request.parameter("uid");
  const std::string* key = request.parameter("key");
  LocateAsk ask;
  if (key != nullptr && uid_text == nullptr) {
    ask.keys = {*key};
    return ask;
  }
  const auto uid = uid_text == nullptr || key != nullptr ? std::nullopt : parse_number<std::int64_t>(*uid_text);
  if (!uid || *uid <= 0) return std::nullopt;
  ask.uids = {*uid};
  return ask;
}

}  // namespace

void add_kick_route(HttpServer& server, SessionDirectory& directory, Kicker& kicker) {
  server.route("POST", "/admin/v1/kick", [&directory, &kicker](const HttpRequest& request, HttpReply reply) {
    auto ask = ask_of(request);
    if (!ask) return reply(problem(400, "invalid", "give one parameter: \"uid\" (a number above 0) or \"key\""));
    directory.locate(std::move(*ask), [&kicker, reply = std::move(reply)](const Result<LocateAnswer>& located) {
      if (!located.ok())
        return reply(problem(503, "unavailable", "the router did not answer: " + located.error().message));
      const LocateAnswer& found = located.value();
      const auto& sessions = found.by_uid.empty() ? found.by_key.front() : found.by_uid.front();
      if (sessions.empty()) return reply(problem(404, "not_found", "there is no live session"));
      kicker.kick(sessions, [reply, count = sessions.size()](const Status& status) {
        reply(status.ok() ? answer(200, {{"kicked", count}})
                          : problem(503, "unavailable", "a comet did not answer: " + status.error().message));
      });
    });
  });
}

}  // namespace im::logic
