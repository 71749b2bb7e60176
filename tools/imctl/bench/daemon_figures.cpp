#include "tools/imctl/bench/daemon_figures.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "common/client/http_call.hpp"
#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

/// A daemon's own metrics begin with im_KIND_.
std::string kind_of(const std::map<std::string, double>& values) {
  for (const char* kind : {"comet", "logic", "router", "job"}) {
    const std::string prefix = std::string("im_") + kind + "_";
    const auto found = values.lower_bound(prefix);
    if (found != values.end() && found->first.starts_with(prefix)) return kind;
  }
  return "";
}

std::string metrics_page(const std::string& ops) {
  const auto url = client::parse_url(ops);
  if (!url.ok()) throw UsageError("--ops: " + url.error().message);
  client::HttpCall call;
  call.url = url.value();
  call.url.target = "/metrics";
  const auto answer = client::http_call_now(std::move(call));
  if (!answer.ok()) throw Failure("cannot reach the ops port " + ops + ": " + answer.error().message, kUnreachable);
  if (answer.value().status != 200) throw Failure(ops + "/metrics answered " + std::to_string(answer.value().status));
  return answer.value().body;
}

}  // namespace

std::map<std::string, double> parse_metrics(std::string_view page) {
  std::map<std::string, double> values;
  for (const auto& [series, value] : parse_series(page)) values[series.substr(0, series.find('{'))] += value;
  return values;
}

std::map<std::string, double> parse_series(std::string_view page) {
  std::map<std::string, double> values;
  while (!page.empty()) {
    const std::string_view line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(page.size(), line.size() + 1));
    const std::size_t value_at = line.rfind(' ');
    if (line.empty() || line[0] == '#' || value_at == std::string_view::npos) continue;
    values[std::string(line.substr(0, value_at))] +=
        std::strtod(std::string(line.substr(value_at + 1)).c_str(), nullptr);
  }
  return values;
}

DaemonFigures DaemonFigures::read(const std::vector<std::string>& ops) {
  DaemonFigures figures;
  for (const std::string& one : ops) {
    Daemon daemon;
    const std::string page = metrics_page(one);
    daemon.values = parse_metrics(page);
    daemon.series = parse_series(page);
    daemon.kind = kind_of(daemon.values);
    figures.daemons_.push_back(std::move(daemon));
  }
  return figures;
}

double DaemonFigures::sum(const std::string& kind, const std::string& metric) const {
  double sum = 0;
  for (const Daemon& daemon : daemons_) {
    const auto found = daemon.values.find(metric);
    if (daemon.kind == kind && found != daemon.values.end()) sum += found->second;
  }
  return sum;
}

std::map<std::string, double> DaemonFigures::by_label(const std::string& kind, const std::string& metric) const {
  std::map<std::string, double> sums;
  const std::string begin = metric + "{";
  for (const Daemon& daemon : daemons_) {
    if (daemon.kind != kind) continue;
    for (auto at = daemon.series.lower_bound(begin); at != daemon.series.end() && at->first.starts_with(begin); ++at) {
      const std::size_t from = at->first.find('"') + 1;
      sums[at->first.substr(from, at->first.find('"', from) - from)] += at->second;
    }
  }
  return sums;
}

std::size_t DaemonFigures::count(const std::string& kind) const {
  std::size_t count = 0;
  for (const Daemon& daemon : daemons_) count += daemon.kind == kind ? 1 : 0;
  return count;
}

}  // namespace im::imctl
