#include "logic/http_part.hpp"

#include <algorithm>
#include <array>

#include "common/base/log.hpp"
#include "common/daemon/descriptors.hpp"
#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kPublicBodyLimit = 1U << 20;  ///< batches

HttpServerConfig server_config(const char* name, const std::string& bind, int port, const HttpLimits& limits) {
  const auto ms = [](config::Millis time) { return static_cast<int>(time.count()); };
  HttpServerConfig http;
  http.name = name;
  http.bind = bind;
  http.port = static_cast<std::uint16_t>(port);
  http.max_connections = static_cast<std::size_t>(limits.max_connections);
  http.max_per_ip = static_cast<std::size_t>(limits.max_per_ip);
  http.header_timeout_ms = ms(limits.header_timeout);
  http.body_timeout_ms = ms(limits.body_timeout);
  http.idle_timeout_ms = ms(limits.idle_timeout);
  http.write_timeout_ms = ms(limits.write_timeout);
  return http;
}

HttpServerConfig push_server(const HttpConfig& config) {
  HttpServerConfig http = server_config("push", config.push_bind, config.push_port, config.limits);
  http.body_limit = config.body_limit.value;
  http.allow_from = config.allow_from;
  http.browsers = {true, config.origins, config.hosts};
  return http;
}

HttpServerConfig public_server(const HttpConfig& config) {
  HttpServerConfig http = server_config("public", config.public_bind, config.public_port, config.limits);
  http.body_limit = kPublicBodyLimit;
  return http;
}

HttpConfig within(HttpConfig config, std::uint64_t most) {
  const auto wanted = static_cast<std::uint64_t>(config.limits.max_connections);
  config.limits.max_connections = static_cast<int>(clamp_to_descriptors("http.max_connections", wanted, most));
  return config;
}

void add_metrics_of(const char* name, const HttpServerStats& http, MetricsPage& page) {
  const Labels api{{"api", name}};
  page.counter("im_logic_http_requests_total", "HTTP requests.", static_cast<double>(http.requests), api);
  page.counter("im_logic_http_refused_total", "HTTP requests refused before a handler.",
               static_cast<double>(http.refused_guard + http.refused_limit + http.refused_network +
                                   http.refused_connections + http.refused_browser),
               api);
  page.counter("im_logic_http_timeouts_total", "HTTP connections that ended because the client was too slow.",
               static_cast<double>(http.timeouts), api);
  page.gauge("im_logic_http_connections", "Open HTTP connections.", static_cast<double>(http.connections), api);
}

void add_routes_of(const char* name, const HttpServer& server, MetricsPage& page) {
  static constexpr std::array kClasses{"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
  server.each_route([&](const HttpRoute& route) {
    const Labels of{{"api", name}, {"method", route.method}, {"route", route.pattern}};
    bool used = false;
    for (std::size_t one = 0; one < kClasses.size(); ++one) {
      const std::uint64_t count = route.stats->by_class[one].load(std::memory_order_relaxed);
      if (count == 0) continue;
      used = true;
      Labels with = of;
      with.emplace_back("status", kClasses[one]);
      page.counter("im_logic_http_answers_total", "Answers, by route and class of status.", static_cast<double>(count),
                   with);
    }
    if (used)
      page.histogram("im_logic_http_answer_seconds", "From the end of a request to its answer.", route.stats->seconds,
                     of);
  });
}

}  // namespace

HttpPart::HttpPart(const HttpConfig& given, std::uint64_t most, HttpServer& ops)
    : HttpPart(within(given, most), ops, most) {}

HttpPart::HttpPart(const HttpConfig& config, HttpServer& ops, std::uint64_t most)
    : live_(config),
      most_(most),
      push_(push_server(config)),
      everybody_(std::ranges::any_of(config.allow_from, [](const auto& network) { return network.ends_with("/0"); })),
      open_(public_server(config)),
      ops_(ops) {}

void HttpPart::add_live_keys(LiveKeys& keys) {
  keys.add("http.allow_from", live_.allow_from, [this] { push_.allow_from(live_.allow_from); });
  const auto browsers = [this] { push_.browsers({true, live_.origins, live_.hosts}); };
  keys.add("http.origins", live_.origins, browsers);
  keys.add("http.hosts", live_.hosts, browsers);
  const auto numbers = [this] {
    const HttpLimits limits = within(live_, most_).limits;
    for (HttpServer* port : {&push_, &open_})
      port->most_connections(static_cast<std::size_t>(limits.max_connections),
                             static_cast<std::size_t>(limits.max_per_ip));
  };
  keys.add("http.max_connections", live_.limits.max_connections, numbers);
  keys.add("http.max_per_ip", live_.limits.max_per_ip, numbers);
}

void HttpPart::add_metrics(MetricsPage& page) const {
  add_metrics_of("push", push_.stats(), page);
  add_metrics_of("public", open_.stats(), page);
  add_routes_of("push", push_, page);
  add_routes_of("public", open_, page);
}

void HttpPart::start() {
  push_.start();
  if (everybody_)
    log::warn("http.allow_from lets everybody use the push API, which has no authentication", {{"port", push_.port()}});
  open_.start();
}

void HttpPart::stop_accepting() {
  push_.stop_accepting();
  open_.stop_accepting();
}

bool HttpPart::busy() const { return push_.stats().connections + open_.stats().connections > 0; }

void HttpPart::stop() {
  push_.stop();
  open_.stop();
}

}  // namespace im::logic
