#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/login_rush.hpp"
#include "tools/imctl/bench/percentile.hpp"
#include "tools/imctl/bench/push_plans.hpp"
#include "tools/imctl/bench/push_report.hpp"
#include "tools/imctl/bench_options.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

struct StormArguments {
  std::string comet = "127.0.0.1:3101";
  IdlePlan plan;
  std::size_t at_once = 64;
  int patience_s = 30;
};

boost::json::object storm_report(const RushResult& before, const RushResult& storm) {
  return {{"opened", before.done},
          {"back", storm.done},
          {"failed", before.failed + storm.failed},
          {"all_back_s", storm.seconds},
          {"back_ms_p50", percentile(storm.ms, 0.5)},
          {"back_ms_p99", percentile(storm.ms, 0.99)},
          {"back_ms_p999", percentile(storm.ms, 0.999)}};
}

int run_storm(const Globals& globals, StormArguments arguments) {
  const auto address = client::parse_address(arguments.comet);
  if (!address.ok()) throw UsageError("--comet: " + address.error().message);
  if (arguments.plan.connections > kMostConnections)
    throw UsageError("--connections: at most " + std::to_string(kMostConnections));
  arguments.plan.server = address.value();
  raise_descriptors();
  const std::chrono::seconds patience(arguments.patience_s);
  const RushResult before = rush(arguments.plan, arguments.at_once, patience);  // its end cuts them all
  std::cerr << before.done << " connections were open and are cut; all come back at once" << std::endl;
  const RushResult storm = rush(arguments.plan, arguments.plan.connections, patience);
  const boost::json::object report = storm_report(before, storm);
  std::vector<Row> rows{{"FIGURE", "VALUE"}};
  for (const auto& [name, value] : report) rows.push_back({std::string(name), shown_number(value)});
  std::cout << (globals.json ? boost::json::serialize(report) + "\n" : table(rows)) << std::flush;
  return before.failed + storm.failed == 0 ? kOk : kNotMet;
}

}  // namespace

void add_bench_storm(CLI::App& bench, Globals& globals) {
  const auto given = std::make_shared<StormArguments>();
  given->plan.connections = 1000;
  CLI::App* storm = bench.add_subcommand("storm", "All connections are cut and come back at once");
  storm->add_option("--comet", given->comet, "TCP port of goim's protocol, HOST:PORT")->capture_default_str();
  add_plan_options(*storm, given->plan);
  storm->add_option("--at-once", given->at_once, "Logins under way before the storm; in it all are")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  storm->add_option("--patience", given->patience_s, "Seconds without any answer until the rest has failed")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  storm->footer(
      "Clients of the same keys come back. A connection that is refused is not tried again: it counts as failed.\n"
      "Ends with 5 when one failed.\n"
      "Example:\n"
      "  imctl bench storm --connections 5000");
  storm->callback([&globals, given] { globals.run = [&globals, given] { return run_storm(globals, *given); }; });
}

}  // namespace im::imctl
