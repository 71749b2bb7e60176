#include "logic/requests/requests_part.hpp"

#include "common/daemon/metrics.hpp"

namespace im::logic {

RequestsPart::RequestsPart(const RequestsConfig& config, RoutersPart& routers, CometGateway& comets, HelloChat chat)
    : config_(config),
      routers_(routers),
      gate_(comets),
      chat_(std::move(chat)),
      limits_(Rate(config.rate, config.burst), read_rates(config.command_rates).value()),  // was checked
      router_(limits_, {.max_open = static_cast<std::size_t>(config.max_open)}) {}

void RequestsPart::add_live_keys(LiveKeys& keys) {
  const auto apply = [this] {
    limits_.set(Rate(config_.rate, config_.burst), read_rates(config_.command_rates).value());  // was checked
  };
  keys.add("requests.rate", config_.rate, apply);
  keys.add("requests.burst", config_.burst, apply);
  keys.add("requests.command_rates", config_.command_rates, apply);
}

void RequestsPart::add_requests(RequestRouter& router) {
  add_hello(router, {{"rate", config_.rate}, {"burst", config_.burst}}, chat_);
  add_room_requests(router, routers_.sessions(), gate_);
}

void RequestsPart::add_metrics(MetricsPage& page) const {
  for (const auto& [cmd, count] : router_.asked())
    page.counter("im_logic_requests_total", "Requests of clients that reached their handler.",
                 static_cast<double>(count), {{"cmd", cmd}});
  for (const auto& [code, count] : router_.failures())
    page.counter("im_logic_request_failures_total", "Requests of clients that failed, by code (docs/requests.md).",
                 static_cast<double>(count), {{"code", std::to_string(code)}});
  page.gauge("im_logic_requests_open", "Requests of clients without an answer yet.",
             static_cast<double>(router_.open()));
}

}  // namespace im::logic
