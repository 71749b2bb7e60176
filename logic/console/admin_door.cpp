#include "logic/console/admin_door.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "common/base/log.hpp"
#include "common/base/utf8.hpp"
#include "common/json/strict_json.hpp"
#include "logic/admin/answers.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::string_view kCookie = "im_admin=";
constexpr std::string_view kApi = "/api/";
constexpr std::size_t kMostDetail = 4096;

int status_of(Error::Code code) {
  switch (code) {
    case Error::Code::kInvalid:
      return 400;
    case Error::Code::kDenied:
      return 403;
    case Error::Code::kNotFound:
      return 404;
    case Error::Code::kConflict:
      return 409;
    case Error::Code::kInternal:
      return 500;
    default:
      return 503;
  }
}

json::object parameters_of(const HttpRequest& request) {
  json::object out;
  for (const auto& [name, value] : request.query)
    if (!out.contains(name)) out.emplace(name, value);
  return out;
}

std::string detail_of(const json::object& body) {
  std::string text = json::serialize(body);
  if (text.size() > kMostDetail) text = to_utf8(text.substr(0, kMostDetail));
  return text;
}

}  // namespace

std::string session_token(const HttpRequest& request) {
  std::string_view cookies = request.header("cookie");
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view one = cookies.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(kCookie)) return std::string(one.substr(kCookie.size()));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return "";
}

HttpResponse unkept(HttpResponse response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

HttpResponse refused(const Error& error) {
  if (error.code == Error::Code::kInternal) log::error("the admin page failed", {{"error", error.message}});
  const bool ours = error.code == Error::Code::kInternal;
  return problem(status_of(error.code), to_string(error.code), ours ? "something went wrong here" : error.message);
}

Result<json::object> body_of(const HttpRequest& request) {
  if (!request.has_media_type("application/json"))
    return Error{Error::Code::kInvalid, "the body must be application/json"};
  auto parsed = parse_strict_json(request.body);
  if (!parsed.ok()) return parsed.error();
  if (!parsed.value().is_object()) return Error{Error::Code::kInvalid, "the body must be an object"};
  return std::move(parsed).value().as_object();
}

void AdminDoor::get(HttpServer& server, const char* path, AdminRole least, Work work) {
  add(server, "GET", path, {"", least, std::move(work)});
}

void AdminDoor::post(HttpServer& server, const char* path, AdminRole least, Work work) {
  add(server, "POST", path, {std::string(path).substr(kApi.size()), least, std::move(work)});
}

void AdminDoor::add(HttpServer& server, const char* method, const char* path, Route route) {
  HttpRoute out;
  out.method = method;
  out.pattern = path;
  out.method_not_allowed = true;
  out.handler = [this, shared = std::make_shared<const Route>(std::move(route))](HttpRequest request, HttpReply reply) {
    take(shared, std::move(request), std::move(reply));
  };
  server.route(std::move(out));
}

void AdminDoor::take(const std::shared_ptr<const Route>& route, HttpRequest request, HttpReply reply) {
  auto asked = std::make_shared<HttpRequest>(std::move(request));
  pool_.run([this, route, asked]() -> Result<Admitted> { return admit(*route, std::move(*asked)); },
            [this, route, reply = std::move(reply)](const Result<Admitted>& admitted) {
              if (!admitted.ok()) return reply(unkept(refused(admitted.error())));
              const Admitted& found = admitted.value();
              if (found.refusal) return reply(unkept(*found.refusal));
              route->work(found.deed, written(found.entry, reply));
            });
}

Result<AdminDoor::Admitted> AdminDoor::admit(const Route& route, HttpRequest request) {
  Admitted out;
  out.deed.token = session_token(request);
  auto admin = sessions_.who(out.deed.token);
  if (!admin.ok()) {
    if (admin.error().code != Error::Code::kDenied) return admin.error();
    out.refusal = problem(401, "unauthenticated", "log in first");
    return out;
  }
  out.deed.admin = std::move(admin).value();
  out.deed.request = std::move(request);
  const bool changes = !route.action.empty();
  if (changes) {
    out.refusal = check_change(out.deed);
  } else {
    out.deed.body = parameters_of(out.deed.request);
  }
  const bool may = out.deed.admin.role >= route.least;
  if (!out.refusal && !may)
    out.refusal = problem(403, "forbidden", "your role may not do this; it needs " + std::string(name_of(route.least)));
  if (!changes || (out.refusal && may)) return out;
  const auto entry =
      log_.add({0, 0, out.deed.admin.login, std::string(name_of(out.deed.admin.role)), out.deed.request.peer_ip,
                route.action, detail_of(out.deed.body), out.refusal ? out.refusal->status : 0});
  if (!entry.ok()) return entry.error();
  out.entry = entry.value();
  return out;
}

/// Is it the page that asks, and what?
std::optional<HttpResponse> AdminDoor::check_change(Deed& deed) {
  if (!is_csrf_of(deed.request.header("x-csrf-token"), deed.token))
    return problem(403, "csrf", "X-CSRF-Token is missing or wrong; GET /api/me tells it");
  auto body = body_of(deed.request);
  if (!body.ok()) return refused(body.error());
  deed.body = std::move(body).value();
  return std::nullopt;
}

/// The answer, after the log says what it was.
HttpReply AdminDoor::written(std::int64_t entry, HttpReply reply) {
  return [this, entry, reply = std::move(reply)](HttpResponse response) {
    auto answer = std::make_shared<HttpResponse>(unkept(std::move(response)));
    if (entry == 0) return reply(std::move(*answer));
    pool_.run([this, entry, answer]() -> Status { return log_.end(entry, answer->status); },
              [reply, answer](const Status& kept) {
                if (!kept.ok()) log::error("the admin log has no outcome", {{"error", kept.error().message}});
                reply(std::move(*answer));
              });
  };
}

}  // namespace im::logic
