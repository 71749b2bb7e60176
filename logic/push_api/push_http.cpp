#include "logic/push_api/push_http.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

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

bool visible(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// What every answer of a request carries.
struct Frame {
  std::string request_id;
  Headers headers;
  HttpReply reply;

  void answer(int status, const json::value& body, Headers more = {}) const {
    HttpResponse response;
    response.status = status;
    response.content_type = status < 400 ? "application/json; charset=utf-8" : "application/problem+json";
    response.body = json::serialize(body) + "\n";
    response.headers = headers;
    response.headers.insert(response.headers.end(), more.begin(), more.end());
    reply(std::move(response));
  }
  void refuse(const Problem& problem) const {
    Headers more;
    if (problem.retry_after_s > 0) more.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
    if (problem.status == 401) more.emplace_back("WWW-Authenticate", "Bearer realm=\"push\"");
    if (problem.status == 405) more.emplace_back("Allow", "POST");
    answer(problem.status, problem_json(problem, request_id), std::move(more));
  }
};

Frame frame_of(const HttpRequest& request, HttpReply reply) {
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
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with(kBearer)) return authorization.substr(kBearer.size());
  return request.header("x-api-key");
}

json::object outcome_json(const PushOutcome& outcome, const std::string& request_id) {
  json::object out{{"id", outcome.id}, {"status", outcome.problem ? "failed" : "accepted"}};
  if (outcome.problem) out["problem"] = problem_json(*outcome.problem, request_id);
  return out;
}

/// The checks before the JSON, in the order in which they cost little and tell little.
std::variant<PushCall, Problem> open_call(const HttpRequest& request, PushApi& api) {
  PushCall call;
  auto key = api.authenticate(credential_of(request));
  if (auto* refused = std::get_if<Problem>(&key)) return std::move(*refused);
  call.key = std::get<ApiKey>(std::move(key));
  const std::string_view type = request.header("content-type");
  if (type.substr(0, type.find(';')) != "application/json")
    return Problem{415, "unsupported_media_type", "The body must be JSON", "Send Content-Type: application/json.", "",
                   0};
  const std::string_view idempotency = request.header("idempotency-key");
  if (!idempotency.empty() && !visible(idempotency, kMaxIdempotencyKey))
    return invalid("Idempotency-Key: 1 to 200 visible ASCII characters, for example a UUID");
  call.idempotency_key = idempotency;
  if (!idempotency.empty()) call.fingerprint = sha256_hex(request.path + "\n" + request.body);
  return call;
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
    auto call = open_call(request, api);
    if (auto* problem = std::get_if<Problem>(&call)) {
      frame.refuse(*problem);
      return;
    }
    if (auto problem = read_into(std::get<PushCall>(call), request, limits, batch)) {
      frame.refuse(*problem);
      return;
    }
    api.push(std::get<PushCall>(std::move(call)), [frame, batch](const std::variant<PushAnswer, Problem>& result) {
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

void wrong_method(const HttpRequest& request, HttpReply reply) {
  frame_of(request, std::move(reply))
      .refuse({405, "method_not_allowed", "This address takes POST", "See /openapi.json.", "", 0});
}

HttpHandler asset(std::string_view text, const char* type) {
  return [text, type](const HttpRequest&, const HttpReply& reply) {
    HttpResponse response;
    response.content_type = type;
    response.body = std::string(text);
    response.headers = {
        {"Cache-Control", "no-cache"},
        {"X-Content-Type-Options", "nosniff"},
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
         "frame-ancestors 'none'"}};
    reply(std::move(response));
  };
}

}  // namespace

void add_push_api_routes(HttpServer& server, PushApi& api, PushLimits limits) {
  server.route("POST", "/v1/push", push_handler(api, limits, false));
  server.route("POST", "/v1/push/batch", push_handler(api, limits, true));
  for (const char* method : {"GET", "PUT", "DELETE", "PATCH"}) {
    server.route(method, "/v1/push", wrong_method);
    server.route(method, "/v1/push/batch", wrong_method);
  }
  server.route("GET", "/openapi.json", asset(assets::kOpenApi, "application/json; charset=utf-8"));
  server.route("GET", "/docs", asset(assets::kDocsHtml, "text/html; charset=utf-8"));
  server.route("GET", "/docs/docs.js", asset(assets::kDocsJs, "text/javascript; charset=utf-8"));
  server.route("GET", "/docs/docs.css", asset(assets::kDocsCss, "text/css; charset=utf-8"));
}

}  // namespace im::logic
