#include "tools/imctl/bench/push_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace json = boost::json;

namespace {

json::object quantiles(const load::Latency& latency) {
  return {{"p50", latency.quantile_ms(0.5)},
          {"p90", latency.quantile_ms(0.9)},
          {"p99", latency.quantile_ms(0.99)},
          {"p999", latency.quantile_ms(0.999)}};
}

json::object settings_of(const PushBench& bench) {
  return {{"connections", bench.connections},
          {"idle", bench.idle},
          {"rooms", bench.rooms},
          {"skew", bench.skew},
          {"rate", bench.rate},
          {"seed", bench.seed},
          {"seconds", bench.seconds}};
}

json::object ledger_of(const load::PushRun& run) {
  return {{"offered", run.pushes.sent},
          {"acked", run.pushes.acked},
          {"refused", run.pushes.sent - run.pushes.acked},
          {"delivered", run.judgement.delivered},
          {"lost", run.judgement.lost},
          {"dup", run.judgement.dup},
          {"reorder", run.judgement.reorder},
          {"phantom", run.judgement.phantom},
          {"closed", run.closed}};
}

json::array histogram_of(const load::Latency& latency) {
  json::array out;
  latency.for_each_bucket([&out](std::uint64_t from, std::uint64_t to, std::uint64_t count) {
    out.push_back(json::array{static_cast<double>(from) / 1e6, static_cast<double>(to) / 1e6, count});
  });
  return out;
}

json::array timeline_of(const std::vector<load::Latency>& seconds) {
  json::array out;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    out.push_back(json::object{{"second", i},
                               {"delivered", seconds[i].count()},
                               {"p50", seconds[i].quantile_ms(0.5)},
                               {"p99", seconds[i].quantile_ms(0.99)}});
  }
  return out;
}

}  // namespace

json::object push_report(const PushBench& bench, const load::PushRun& run, const ServerCost& cost) {
  const double seconds = std::max(run.pushes.seconds, 1e-9);
  const auto pushes = static_cast<double>(std::max<std::uint64_t>(1, run.pushes.sent));
  json::object cpu, bytes;
  for (const auto& [name, used] : cost.cpu_s) cpu[name] = used * 1e6 / pushes;
  for (const auto& [name, each] : cost.bytes_per_connection) bytes[name] = each;
  const auto delivered = static_cast<double>(run.judgement.delivered);
  return {{"bench", bench.verb},
          {"settings", settings_of(bench)},
          {"ledger", ledger_of(run)},
          {"delivery_ms", quantiles(run.delivery)},
          {"answer_ms", quantiles(run.pushes.answer)},
          {"per_second", json::object{{"acked", static_cast<double>(run.pushes.acked) / seconds},
                                      {"delivered", delivered / seconds}}},
          {"messages_per_read", run.reads == 0 ? 0 : delivered / static_cast<double>(run.reads)},
          {"cpu_us", std::move(cpu)},
          {"bytes_per_connection", std::move(bytes)},
          {"histogram", histogram_of(run.delivery)},
          {"timeline", timeline_of(run.by_second)}};
}

std::string shown_number(const json::value& value) {
  if (!value.is_double()) return json::serialize(value);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value.as_double());
  return text.data();
}

std::string push_table(const json::object& report) {
  std::vector<Row> rows{{"FIGURE", "VALUE"}};
  for (const auto& [group, figures] : report) {
    if (group == "settings") continue;
    if (figures.is_number()) rows.push_back({std::string(group), shown_number(figures)});
    if (!figures.is_object()) continue;
    for (const auto& [name, value] : figures.as_object())
      rows.push_back({std::string(group) + " " + std::string(name), shown_number(value)});
  }
  return table(rows);
}

}  // namespace im::imctl
