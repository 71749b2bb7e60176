#include "logic/push_api/push_http.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "common/http/connection_registry.hpp"
#include "common/http/content.hpp"
#include "common/json/strict_json.hpp"
#include "common/keys/digest.hpp"
#include "logic/push_api/assets.hpp"
#include "logic/push_api/problem_json.hpp"
#include "logic/push_api/push_id.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using Headers = std::vector<std::pair<std::string, std::string>>;
constexpr std::size_t kMaxRequestId = 128;
constexpr std::size_t kMaxIdempotencyKey = 200;
constexpr std::size_t kMaxPushId = 64;
constexpr std::uint64_t kMaxRequest = 1U << 20;  ///< JSON and batches; a message has PushLimits::body

bool visible(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// What every answer of a request carries.
struct Frame {
  std::string request_id;
  Headers headers;
  HttpReply reply;

  HttpResponse response(int status, const json::value& body, Headers more = {}) const {
    HttpResponse out;
    out.status = status;
    out.content_type = status < 400 ? "application/json; charset=utf-8" : "application/problem+json";
    out.body = json::serialize(body) + "\n";
    out.headers = headers;
    out.headers.insert(out.headers.end(), more.begin(), more.end());
    return out;
  }
  HttpResponse refusal(const Problem& problem) const {
    Headers more;
    if (problem.retry_after_s > 0) more.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
    if (problem.status == 401) more.emplace_back("WWW-Authenticate", "Bearer realm=\"push\"");
    return response(problem.status, problem_json(problem, request_id), std::move(more));
  }
  void answer(int status, const json::value& body, Headers more = {}) const {
    reply(response(status, body, std::move(more)));
  }
  void refuse(const Problem& problem) const { reply(refusal(problem)); }
};

Frame frame_of(const HttpRequest& request, HttpReply reply = nullptr) {
  Frame frame;
  const std::string_view asked = request.header("x-request-id");
  frame.request_id = visible(asked, kMaxRequestId) ? std::string(asked) : make_push_id();
  frame.headers = {{"X-Request-Id", frame.request_id}, {"Cache-Control", "no-store"}};
  const std::string_view trace = request.header("traceparent");
  if (visible(trace, 64)) frame.headers.emplace_back("traceparent", trace);
  frame.reply = std::move(reply);
  return frame;
}

std::string_view credential_of(const HttpRequest& request) {
  const std::string_view bearer = request.bearer();
  return bearer.empty() ? request.header("x-api-key") : bearer;
}

json::object targets_json(const PushReach& reach) {
  return {{"queued", reach.queued}, {"offline", reach.offline}, {"unknown", reach.unknown}};
}

json::object outcome_json(const PushOutcome& outcome, const std::string& request_id) {
  json::object out{{"id", outcome.id}, {"status", outcome.problem ? "failed" : "accepted"}};
  if (outcome.problem) {
    out["problem"] = problem_json(*outcome.problem, request_id);
    return out;
  }
  out["targets"] = targets_json(outcome.reach);
  if (outcome.reach.sessions) out["sessions"] = *outcome.reach.sessions;
  return out;
}

json::object fate_json(const std::string& id, const PushFate& fate) {
  const FateCounts& copies = fate.copies;
  return {{"id", id},
          {"targets", targets_json(fate.reach)},
          {"comets", {{"asked", fate.reach.comets.size()}, {"reported", fate.comets_reported}}},
          {"copies",
           {{"delivered", copies.delivered},
            {"missed", copies.missed},
            {"dropped", copies.dropped},
            {"unwanted", copies.unwanted}}}};
}

/// The checks before the body is read, in the order in which they cost little and tell little.
std::variant<PushCall, Problem> open_call(const HttpRequest& head, PushApi& api) {
  PushCall call;
  auto key = api.authenticate(credential_of(head), http::client_of(head.peer_ip));
  if (auto* refused = std::get_if<Problem>(&key)) return std::move(*refused);
  call.key = std::get<ApiKey>(std::move(key));
  if (!head.has_media_type("application/json"))
    return Problem{415, "unsupported_media_type", "The body must be JSON", "Send Content-Type: application/json.", "",
                   0};
  // An empty one is refused: who sends it believes that repeating is safe.
  const std::string_view idempotency = head.header("idempotency-key");
  if (head.has_header("idempotency-key") && !visible(idempotency, kMaxIdempotencyKey))
    return invalid("Idempotency-Key: 1 to 200 visible ASCII characters, for example a UUID");
  call.idempotency_key = idempotency;
  return call;
}

HttpGate gate_of(PushApi& api) {
  return [&api](HttpRequest& head) -> std::optional<HttpResponse> {
    auto call = open_call(head, api);
    if (auto* problem = std::get_if<Problem>(&call)) return frame_of(head).refusal(*problem);
    head.context = std::get<PushCall>(std::move(call));
    return std::nullopt;
  };
}

/// What the server refuses once the caller is known: too large, too slow, no chunks.
HttpResponse refused_by_server(const HttpRequest& head, int status, const std::string& why) {
  if (status == 413) return frame_of(head).refusal({413, "message_too_large", "The message is too large", why, "", 0});
  Problem problem = invalid(why);
  problem.status = status;
  return frame_of(head).refusal(problem);
}

std::optional<Problem> read_into(PushCall& call, const HttpRequest& request, const PushLimits& limits, bool batch) {
  const auto value = parse_strict_json(request.body);
  if (!value.ok()) return invalid(value.error().message);
  if (batch) {
    auto pushes = read_batch(value.value(), limits);
    if (auto* problem = std::get_if<Problem>(&pushes)) return std::move(*problem);
    call.pushes = std::get<std::vector<PushCommand>>(std::move(pushes));
  } else {
    auto push = read_push(value.value(), limits);
    if (auto* problem = std::get_if<Problem>(&push)) return std::move(*problem);
    call.pushes.push_back(std::get<PushCommand>(std::move(push)));
  }
  return std::nullopt;
}

void answer_single(const Frame& frame, const PushAnswer& answer, Headers more) {
  const PushOutcome& outcome = answer.outcomes.front();
  if (outcome.problem) {
    frame.refuse(*outcome.problem);
  } else {
    frame.answer(202, outcome_json(outcome, frame.request_id), std::move(more));
  }
}

void answer_batch(const Frame& frame, const PushAnswer& answer, Headers more) {
  json::array results;
  for (const auto& outcome : answer.outcomes) results.push_back(outcome_json(outcome, frame.request_id));
  frame.answer(200, json::object{{"results", std::move(results)}}, std::move(more));
}

HttpHandler push_handler(PushApi& api, PushLimits limits, bool batch) {
  return [&api, limits, batch](const HttpRequest& request, HttpReply reply) {
    const Frame frame = frame_of(request, std::move(reply));
    auto call = std::any_cast<PushCall>(request.context);
    if (!call.idempotency_key.empty()) call.fingerprint = sha256_hex(request.path + "\n" + request.body);
    if (auto problem = read_into(call, request, limits, batch)) {
      frame.refuse(*problem);
      return;
    }
    api.push(std::move(call), [frame, batch](const std::variant<PushAnswer, Problem>& result) {
      if (const auto* problem = std::get_if<Problem>(&result)) {
        frame.refuse(*problem);
        return;
      }
      const auto& answer = std::get<PushAnswer>(result);
      const Headers more = answer.replayed ? Headers{{"Idempotency-Replayed", "true"}} : Headers{};
      batch ? answer_batch(frame, answer, more) : answer_single(frame, answer, more);
    });
  };
}

/// Every method but those that have a route of their own.
void refuse_other_methods(HttpServer& server, const std::string& pattern, const std::string& allowed) {
  HttpRoute other;
  other.method = "*";
  other.pattern = pattern;
  other.gate = [allowed](const HttpRequest& head) -> std::optional<HttpResponse> {
    HttpResponse refusal = frame_of(head).refusal(
        {405, "method_not_allowed", "This address takes " + allowed, "See /openapi.json.", "", 0});
    refusal.headers.emplace_back("Allow", allowed);
    return refusal;
  };
  server.route(std::move(other));
}

HttpHandler asset(std::string_view text, const char* type) {
  HttpContent content = asset_content(text, type);
  content.headers = {{"Cache-Control", "no-cache"},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Content-Security-Policy",
                      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
                      "frame-ancestors 'none'"}};
  return [content](const HttpRequest& request, const HttpReply& reply) { reply(content_answer(request, content)); };
}

/// Whose key is it: before anything is looked up.
HttpGate key_gate(PushApi& api) {
  return [&api](HttpRequest& head) -> std::optional<HttpResponse> {
    auto key = api.authenticate(credential_of(head), http::client_of(head.peer_ip));
    if (auto* refused = std::get_if<Problem>(&key)) return frame_of(head).refusal(*refused);
    head.context = std::get<ApiKey>(std::move(key));
    return std::nullopt;
  };
}

HttpHandler fate_handler(PushApi& api) {
  return [&api](const HttpRequest& request, HttpReply reply) {
    const Frame frame = frame_of(request, std::move(reply));
    const std::string id(request.capture("id"));
    if (!visible(id, kMaxPushId)) return frame.refuse(no_such_push());
    api.fate(std::any_cast<ApiKey>(request.context), id, [frame, id](const std::variant<PushFate, Problem>& fate) {
      if (const auto* problem = std::get_if<Problem>(&fate)) return frame.refuse(*problem);
      frame.answer(200, fate_json(id, std::get<PushFate>(fate)));
    });
  };
}

void add_fate(HttpServer& server, PushApi& api) {
  HttpRoute route;
  route.method = "GET";
  route.pattern = "/v1/messages/{id}";
  route.handler = fate_handler(api);
  route.gate = key_gate(api);
  server.route(std::move(route));
  refuse_other_methods(server, "/v1/messages/{id}", "GET");
}

void add_push(HttpServer& server, PushApi& api, PushLimits limits, bool batch) {
  HttpRoute push;
  push.method = "POST";
  push.pattern = batch ? "/v1/push/batch" : "/v1/push";
  push.handler = push_handler(api, limits, batch);
  push.gate = gate_of(api);
  push.body_limit = kMaxRequest;
  push.refusal = refused_by_server;
  refuse_other_methods(server, push.pattern, "POST");
  server.route(std::move(push));
}

}  // namespace

void add_push_api_routes(HttpServer& server, PushApi& api, PushLimits limits) {
  add_push(server, api, limits, false);
  add_push(server, api, limits, true);
  add_fate(server, api);
  server.route("GET", "/openapi.json", asset(assets::kOpenApi, "application/json; charset=utf-8"));
  server.route("GET", "/docs", asset(assets::kDocsHtml, "text/html; charset=utf-8"));
  server.route("GET", "/docs/docs.js", asset(assets::kDocsJs, "text/javascript; charset=utf-8"));
  server.route("GET", "/docs/docs.css", asset(assets::kDocsCss, "text/css; charset=utf-8"));
}

}  // namespace im::logic
