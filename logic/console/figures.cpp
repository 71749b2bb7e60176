#include "logic/console/figures.hpp"

#include <array>
#include <atomic>
#include <cstdlib>

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kDeadline{2000};
constexpr Duration kFresh = std::chrono::seconds(1);
constexpr std::size_t kMostPage = 4U << 20;

struct Figure {
  std::string_view metric, name;
};
constexpr std::array<Figure, 13> kFigures{{{"im_comet_connections", "connections"},
                                           {"im_comet_received_packets_total", "packets_in"},
                                           {"im_comet_pushed_messages_total", "messages_out"},
                                           {"im_comet_received_bytes_total", "bytes_in"},
                                           {"im_comet_written_bytes_total", "bytes_out"},
                                           {"im_logic_http_requests_total", "requests"},
                                           {"im_logic_pushes_total", "pushes"},
                                           {"im_router_sessions", "sessions"},
                                           {"im_router_users", "users"},
                                           {"im_job_records_total", "records"},
                                           {"im_job_lag_records", "lag"},
                                           {"im_job_unsettled_records", "unsettled"},
                                           {"process_resident_memory_bytes", "memory"}}};

const Figure* figure_of(std::string_view line) {
  const std::string_view metric = line.substr(0, line.find_first_of("{ "));
  for (const Figure& one : kFigures)
    if (one.metric == metric) return &one;
  return nullptr;
}

}  // namespace

json::object figures_in(std::string_view metrics) {
  json::object out;
  while (!metrics.empty()) {
    const std::size_t end = std::min(metrics.find('\n'), metrics.size());
    const std::string_view line = metrics.substr(0, end);
    metrics.remove_prefix(std::min(end + 1, metrics.size()));
    const Figure* figure = line.starts_with('#') ? nullptr : figure_of(line);
    const std::size_t space = line.rfind(' ');
    if (figure == nullptr || space == std::string_view::npos) continue;
    const double value = std::strtod(std::string(line.substr(space + 1)).c_str(), nullptr);
    json::value& sum = out[figure->name];
    sum = (sum.is_null() ? 0.0 : sum.as_double()) + value;
  }
  return out;
}

/// One round of questions; each node's answer goes to its own place.
struct Figures::Reading {
  std::vector<NodeInfo> nodes;
  std::vector<json::value> values;
  std::atomic<std::size_t> open{0};
};

Figures::Figures(Nodes nodes)
    : nodes_(std::move(nodes)), client_({.connections = 16, .waiting = 1000, .max_answer = kMostPage}) {}

void Figures::read(Done done) {
  {
    std::unique_lock lock(mutex_);
    if (waiting_.empty() && !last_.empty() && monotonic_now() - read_ < kFresh) {
      const json::object kept = last_;
      lock.unlock();
      return done(kept);
    }
    waiting_.push_back(std::move(done));
    if (waiting_.size() > 1) return;
  }
  auto reading = std::make_shared<Reading>();
  reading->nodes = nodes_();
  reading->values.resize(reading->nodes.size());
  reading->open = reading->nodes.size() + 1;
  begin(reading);
}

void Figures::begin(const std::shared_ptr<Reading>& reading) {
  const auto ended = [this, reading] {
    if (reading->open.fetch_sub(1) == 1) finished(reading);
  };
  for (std::size_t i = 0; i < reading->nodes.size(); ++i) {
    client::HttpCall call;
    auto url = client::parse_url("http://" + reading->nodes[i].ops_address + "/metrics");
    if (!url.ok()) {
      ended();
      continue;
    }
    call.url = std::move(url).value();
    call.deadline = kDeadline;
    client_.send(std::move(call), [reading, i, ended](const Result<client::HttpAnswer>& answer) {
      if (answer.ok() && answer.value().status == 200) reading->values[i] = figures_in(answer.value().body);
      ended();
    });
  }
  ended();
}

void Figures::finished(const std::shared_ptr<Reading>& reading) {
  json::array nodes;
  for (std::size_t i = 0; i < reading->nodes.size(); ++i)
    nodes.push_back(json::object{{"kind", registry::name_of(reading->nodes[i].kind)},
                                 {"name", reading->nodes[i].name},
                                 {"values", std::move(reading->values[i])}});
  std::vector<Done> waiting;
  json::object told;
  {
    const std::lock_guard lock(mutex_);
    last_ = json::object{{"at_ms", unix_ms()}, {"nodes", std::move(nodes)}};
    read_ = monotonic_now();
    told = last_;
    waiting.swap(waiting_);
  }
  for (const Done& done : waiting) done(told);
}

}  // namespace im::logic
