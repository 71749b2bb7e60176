#include "logic/console/login_http.hpp"

#include "logic/admin/answers.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMostLogin = 64, kMostPassword = 256;

boost::json::object me_json(const AdminUser& admin, std::string_view token) {
  return {{"login", admin.login}, {"role", name_of(admin.role)}, {"csrf", csrf_of(token)}};
}

/// Secure behind a proxy that ends TLS: then the page says that it came by https.
std::string cookie_of(const HttpRequest& request, const std::string& token, std::int64_t lifetime_s) {
  const bool tls = request.header("origin").starts_with("https://");
  return "im_admin=" + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(lifetime_s) +
         (tls ? "; Secure" : "");
}

}  // namespace

void LoginHttp::add_routes(HttpServer& server, AdminDoor& door) {
  HttpRoute route;
  route.method = "POST";
  route.pattern = "/api/login";
  route.method_not_allowed = true;
  route.handler = [this](HttpRequest request, HttpReply reply) {
    auto asked = std::make_shared<HttpRequest>(std::move(request));
    pool_.run([this, asked]() -> Result<HttpResponse> { return login(*asked); },
              [reply = std::move(reply)](const Result<HttpResponse>& done) {
                reply(unkept(done.ok() ? done.value() : refused(done.error())));
              });
  };
  server.route(std::move(route));
  door.get(server, "/api/me", AdminRole::kViewer,
           [](const Deed& deed, const HttpReply& reply) { reply(answer(200, me_json(deed.admin, deed.token))); });
  door.post(server, "/api/logout", AdminRole::kViewer, [this](const Deed& deed, const HttpReply& reply) {
    const Status gone = sessions_.logout(deed.token);
    if (!gone.ok()) return reply(refused(gone.error()));
    HttpResponse response = answer(200, {{"ok", true}});
    response.headers.emplace_back("Set-Cookie", cookie_of(deed.request, "", 0));
    reply(std::move(response));
  });
}

HttpResponse LoginHttp::login(const HttpRequest& request) {
  const auto body = body_of(request);
  if (!body.ok()) return refused(body.error());
  Fields fields(body.value());
  const std::string login = fields.text("login", kMostLogin);
  const std::string password = fields.raw_text("password", kMostPassword);
  if (fields.failure()) return problem(400, "invalid", fields.failure()->error);
  const auto done = sessions_.login(login, password, request.peer_ip);
  return done.ok() ? answer_to(request, login, done.value()) : refused(done.error());
}

/// A try that was not even looked at is counted, not written: those are without number.
HttpResponse LoginHttp::answer_to(const HttpRequest& request, const std::string& login, const AdminLogin& done) {
  if (done.locked_ms > 0) {
    ++stats_.locked;
    HttpResponse locked = problem(429, "locked", "too many wrong passwords; come later");
    locked.headers.emplace_back("Retry-After", std::to_string((done.locked_ms + 999) / 1000));
    return locked;
  }
  const bool in = !done.token.empty();
  ++(in ? stats_.in : stats_.wrong);
  const auto entry = log_.add(
      {0, 0, login, in ? std::string(name_of(done.admin.role)) : "", request.peer_ip, "login", "{}", in ? 200 : 401});
  if (!entry.ok()) return refused(entry.error());
  if (!in) return problem(401, "wrong", "the login or the password is wrong");
  HttpResponse response = answer(200, me_json(done.admin, done.token));
  response.headers.emplace_back("Set-Cookie", cookie_of(request, done.token, lifetime_s_));
  return response;
}

}  // namespace im::logic
