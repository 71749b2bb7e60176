#include "logic/console/console_part.hpp"

#include "common/daemon/metrics.hpp"
#include "common/http/static_folder.hpp"
#include "logic/admin/answers.hpp"
#include "logic/console/asked.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostBody = 64U * 1024;
constexpr std::size_t kMostConnections = 256;
constexpr std::size_t kMostPerAddress = 64;
constexpr std::int64_t kLogPage = 100;

HttpServerConfig server_config(const AdminPageConfig& config) {
  HttpServerConfig http;
  http.name = "admin";
  http.bind = config.bind;
  http.port = static_cast<std::uint16_t>(config.port);
  http.body_limit = kMostBody;
  http.allow_from = config.allow_from;
  http.browsers = {true, config.origins, config.hosts};
  http.max_connections = kMostConnections;
  http.max_per_ip = kMostPerAddress;
  return http;
}

json::object row_json(const AdminLogRow& row) {
  return {{"id", row.id},           {"ts", row.ts},         {"login", row.login},   {"role", row.role},
          {"address", row.address}, {"action", row.action}, {"detail", row.detail}, {"outcome", row.outcome}};
}

AdminDoor::Work show_log(AdminLog& log) {
  return [&log](const Deed& deed, const HttpReply& reply) {
    Asked asked(deed);
    const std::int64_t before = asked.number("before", 0, kMostNumber, 0);
    if (asked.failed(reply)) return;
    const auto rows = log.rows(before, kLogPage);
    if (!rows.ok()) return reply(refused(rows.error()));
    json::array out;
    for (const AdminLogRow& row : rows.value()) out.push_back(row_json(row));
    reply(answer(200, {{"rows", std::move(out)}}));
  };
}

}  // namespace

HttpFields console_headers() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
           "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
           "require-trusted-types-for 'script'"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"X-Frame-Options", "DENY"},
          {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}};
}

ConsolePart::ConsolePart(const AdminPageConfig& config, const std::string& folder, Uses uses)
    : book_(config.users_file),
      pool_({.threads = 4, .max_waiting = 256}),
      sessions_(uses.store, book_, {config.tries, config.lockout.count()}, config.session.count()),
      log_(uses.store),
      door_(sessions_, log_, pool_),
      login_(sessions_, log_, pool_, config.session.count() / 1000),
      cluster_({uses.admin.api(), uses.routers.sessions(), uses.comets.gateway(), uses.store,
                [&nodes = uses.routers.nodes()] { return nodes.nodes(); }}),
      people_(uses.store, uses.routers, uses.admin.kicks(),
              {uses.identity.own_tokens() != nullptr, uses.identity.revocations() != nullptr}),
      talk_(uses.store, uses.groups, uses.messages, std::move(uses.tell)),
      push_(uses.push.push()),
      server_(server_config(config)) {
  login_.add_routes(server_, door_);
  cluster_.add_routes(server_, door_);
  people_.add_routes(server_, door_);
  talk_.add_routes(server_, door_);
  push_.add_routes(server_, door_);
  door_.get(server_, "/api/log", AdminRole::kAdmin, show_log(log_));
  add_pages(folder);
}

void ConsolePart::add_pages(const std::string& folder) {
  if (folder.empty()) return;
  HttpHandler pages = static_folder({.root = folder + "/admin", .headers = console_headers()});
  server_.route("GET", "/", pages);
  server_.route("GET", "/{path...}", std::move(pages));
}

void ConsolePart::add_metrics(MetricsPage& page) const {
  const AdminLoginStats& logins = login_.stats();
  for (const auto& [outcome, value] : {std::pair<const char*, const std::atomic<std::uint64_t>*>{"in", &logins.in},
                                       {"wrong", &logins.wrong},
                                       {"locked", &logins.locked}})
    page.counter("im_logic_admin_logins_total", "Logins to the admin page, by outcome.",
                 static_cast<double>(value->load()), {{"outcome", outcome}});
  page.counter("im_logic_admin_requests_total", "Requests to the admin page.",
               static_cast<double>(server_.stats().requests));
}

void ConsolePart::start() { server_.start(); }

void ConsolePart::stop() {
  server_.stop();
  cluster_.stop();
  pool_.stop();
}

}  // namespace im::logic
