#include "logic/client_http/client_http.hpp"

#include <algorithm>
#include <memory>

#include "common/http/content.hpp"
#include "logic/client_http/assets.hpp"
#include "logic/requests/http_answer.hpp"

namespace im::logic {

namespace {

void answer(const HttpReply& reply, const Answer& answer) { reply(http_answer(answer)); }

HttpResponse refusal(const HttpRequest&, int status, const std::string& why) { return http_refusal(status, why); }

bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return std::equal(type.begin(), type.end(), std::string_view("application/json").begin(),
                    std::string_view("application/json").end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

std::string_view bearer_of(const HttpRequest& request) {
  constexpr std::string_view kBearer = "bearer ";
  std::string_view value = request.header("authorization");
  if (value.size() < kBearer.size() || !std::equal(kBearer.begin(), kBearer.end(), value.begin(),
                                                   [](char a, unsigned char b) { return a == std::tolower(b); }))
    return {};
  value.remove_prefix(kBearer.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

Failure no_token(const Error& error) {
  if (error.code == Error::Code::kInvalid || error.code == Error::Code::kDenied)
    return {Code::kNoToken, "the token is not accepted", {}, {}};
  return failure_of(error);
}

/// Limits count for the address.
Caller nobody_at(const std::string& address) {
  Caller caller;
  caller.key = address;
  caller.door = Door::kHttp;
  caller.client_ip = address;
  caller.transport = "http";
  return caller;
}

/// What the API is, for programs and for people.
void add_document(HttpServer& server, const char* path, std::string_view text, const char* type) {
  HttpContent content = asset_content(text, type);
  content.headers = {{"Cache-Control", "no-cache"},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Content-Security-Policy",
                      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
                      "frame-ancestors 'none'"}};
  server.route("GET", path, [content](const HttpRequest& request, const HttpReply& reply) {
    reply(content_answer(request, content));
  });
}

}  // namespace

void ClientHttp::add_routes(const Ports& ports) {
  add_document(ports.open, "/v1/openapi.json", client_assets::kOpenApi, "application/json; charset=utf-8");
  add_document(ports.open, "/v1/docs", client_assets::kDocsHtml, "text/html; charset=utf-8");
  add_document(ports.open, "/v1/docs/docs.js", client_assets::kDocsJs, "text/javascript; charset=utf-8");
  add_document(ports.open, "/v1/docs/docs.css", client_assets::kDocsCss, "text/css; charset=utf-8");
  cors_->request_headers = {"Authorization", "Content-Type"};
  cors_->exposed_headers = {"Retry-After"};
  for (const std::string& cmd : router_.commands()) {
    HttpRoute route;
    route.method = "POST";
    route.pattern = "/v1/" + cmd;
    route.handler = [this, cmd](HttpRequest request, HttpReply reply) {
      call(cmd, std::move(request), std::move(reply));
    };
    route.cors = cors_;
    route.refusal = refusal;
    ports.open.route(std::move(route));
  }
  HttpRoute other;
  other.method = "POST";
  other.pattern = "/v1/{command}";
  other.handler = [](const HttpRequest&, const HttpReply& reply) {
    answer(reply, Failure{Code::kUnknownCommand, "no such command", {}, {}});
  };
  other.cors = cors_;
  other.refusal = refusal;
  ports.open.route(std::move(other));
}

void ClientHttp::call(const std::string& cmd, HttpRequest request, HttpReply reply) {
  const std::string token(bearer_of(request));
  const bool anyone = router_.takes_anyone(cmd);
  if (token.empty() && !anyone)
    return answer(reply, Failure{Code::kNoToken, "send Authorization: Bearer TOKEN", {}, {}});
  if (!request.body.empty() && !is_json(request.header("content-type")))
    return answer(reply, Failure{Code::kMalformed, "send Content-Type: application/json", {}, {}});
  if (anyone) return run(cmd, nobody_at(request.peer_ip), request.body, std::move(reply));
  AuthAsk ask;
  ask.token = token;
  ask.client_ip = request.peer_ip;
  ask.transport = "http";
  const auto kept = std::make_shared<HttpRequest>(std::move(request));
  tokens_.who(std::move(ask), [this, cmd, kept, reply = std::move(reply)](const Result<Identity>& who) {
    if (!who.ok()) return answer(reply, no_token(who.error()));
    Caller caller = nobody_at(kept->peer_ip);
    caller.uid = who.value().uid;
    caller.key = who.value().key;
    run(cmd, caller, kept->body, reply);
  });
}

void ClientHttp::run(const std::string& cmd, const Caller& caller, std::string_view body, HttpReply reply) {
  router_.run(caller, cmd, body, [reply = std::move(reply)](const Answer& result) { answer(reply, result); });
}

}  // namespace im::logic
