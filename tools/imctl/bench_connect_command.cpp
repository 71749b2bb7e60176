#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "common/wire/packet.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/login_rush.hpp"
#include "tools/imctl/bench/memory_reading.hpp"
#include "tools/imctl/bench/percentile.hpp"
#include "tools/imctl/bench/process_cpu.hpp"
#include "tools/imctl/bench/socket_holder.hpp"
#include "tools/imctl/bench_options.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;
using Processes = std::vector<std::pair<std::string, int>>;

struct BenchConnectArguments {
  std::string comet = "127.0.0.1:3101";
  std::vector<std::string> pids;
  IdlePlan plan;
  std::size_t at_once = 64;
  int rounds = 5, settle_s = 3, patience_s = 30;
  bool control = true;
};

/// Of one server, a value a round.
struct Side {
  std::size_t done = 0, failed = 0;
  std::vector<double> per_second;
  std::vector<double> ms;                         ///< of all rounds
  std::map<std::string, std::vector<double>> us;  ///< CPU a login, by process
};

void one_round(const BenchConnectArguments& arguments, const IdlePlan& plan, const Processes& processes, Side& side) {
  std::vector<double> before;
  for (const auto& [name, pid] : processes) before.push_back(cpu_seconds(pid));
  const RushResult result = rush(plan, arguments.at_once, std::chrono::seconds(arguments.patience_s));
  for (std::size_t i = 0; i < processes.size() && result.done > 0; ++i)
    side.us[processes[i].first].push_back((cpu_seconds(processes[i].second) - before[i]) * 1e6 /
                                          static_cast<double>(result.done));
  side.done += result.done;
  side.failed += result.failed;
  side.per_second.push_back(result.per_second());
  side.ms.insert(side.ms.end(), result.ms.begin(), result.ms.end());
}

/// The op 8 that a server without any work of its own sends.
std::string ready_answer() {
  std::string bytes;
  wire::append_packet(bytes, {.version = 1, .op = wire::kOpAuthReply, .seq = 1, .body = {}});
  return bytes;
}

std::string shown(double value, int digits = 0) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string cpu_text(const Side& side) {
  std::string out;
  for (const auto& [name, each] : side.us)
    out += (out.empty() ? "" : ", ") + name + " " + shown(percentile(each, 0.5), 1);
  return out;
}

/// Of each round, the subject beside the control that ran right after it: middle (least to most).
std::string ratio_text(const Side& subject, const Side& control) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(subject.per_second.size(), control.per_second.size()); ++i)
    if (control.per_second[i] > 0) ratios.push_back(subject.per_second[i] / control.per_second[i]);
  if (ratios.empty()) return "";
  return shown(percentile(ratios, 0.5), 2) + " (" + shown(percentile(ratios, 0), 2) + " to " +
         shown(percentile(ratios, 1), 2) + ")";
}

json::object to_json(const Side& side) {
  json::object us;
  for (const auto& [name, each] : side.us) us[name] = percentile(each, 0.5);
  return {{"done", side.done},
          {"failed", side.failed},
          {"per_second", json::array(side.per_second.begin(), side.per_second.end())},
          {"ms_p50", percentile(side.ms, 0.5)},
          {"ms_p99", percentile(side.ms, 0.99)},
          {"ms_p999", percentile(side.ms, 0.999)},
          {"cpu_us_per_login", std::move(us)}};
}

void print(const Globals& globals, const Side& subject, const Side& control) {
  if (globals.json) {
    std::cout << json::serialize(json::object{{"subject", to_json(subject)}, {"control", to_json(control)}})
              << std::endl;
    return;
  }
  std::vector<Row> rows{{"FIGURE", "HERE", "CONTROL", "RATIO"}};
  rows.push_back({"logins per second", shown(percentile(subject.per_second, 0.5)),
                  shown(percentile(control.per_second, 0.5)), ratio_text(subject, control)});
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}})
    rows.push_back({std::string("ms until the answer, ") + name, shown(percentile(subject.ms, share), 2),
                    shown(percentile(control.ms, share), 2), ""});
  if (!subject.us.empty()) rows.push_back({"µs of CPU a login", cpu_text(subject), cpu_text(control), ""});
  std::cout << table(rows) << "done=" << subject.done << " failed=" << subject.failed
            << " control_failed=" << control.failed << std::endl;
}

int run_connect(const Globals& globals, BenchConnectArguments arguments) {
  const auto address = client::parse_address(arguments.comet);
  if (!address.ok()) throw UsageError("--comet: " + address.error().message);
  Processes processes;
  for (const std::string& pid : arguments.pids) processes.push_back(parse_process(pid));
  raise_descriptors();
  Side subject, control;
  IdlePlan plan = arguments.plan;
  for (int round = 0; round < arguments.rounds; ++round) {
    plan.server = address.value();
    one_round(arguments, plan, processes, subject);
    plan.first_user += static_cast<std::int64_t>(plan.connections);  // nobody comes back to a session of before
    std::this_thread::sleep_for(std::chrono::seconds(arguments.settle_s));
    if (!arguments.control) continue;
    const SocketHolder holder(ready_answer());
    plan.server = holder.address();
    one_round(arguments, plan, {{"control", holder.pid()}}, control);
  }
  print(globals, subject, control);
  return subject.failed + control.failed == 0 ? kOk : kNotMet;
}

}  // namespace

void add_bench_connect(CLI::App& bench, Globals& globals) {
  const auto given = std::make_shared<BenchConnectArguments>();
  CLI::App* connect = bench.add_subcommand("connect", "How many connections a second log in");
  connect->add_option("--comet", given->comet, "TCP port of goim's protocol, HOST:PORT")->capture_default_str();
  connect->add_option("--pid", given->pids, "Servers whose CPU is read, NAME=PID with commas")->delimiter(',');
  add_plan_options(*connect, given->plan);
  connect->add_option("--at-once", given->at_once, "Logins under way; the next comes when one is answered")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  connect->add_option("--rounds", given->rounds, "Each with the control right behind it")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  connect->add_option("--settle", given->settle_s, "Seconds after a round, until its connections are gone")
      ->check(CLI::Range(0, 60))
      ->capture_default_str();
  connect->add_option("--patience", given->patience_s, "Seconds without any answer until the rest has failed")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  connect->add_flag("!--no-control", given->control, "Without a process that only accepts and answers");
  connect->footer(
      "A closed loop, as fast as the server goes: the connections of a round stay until it is over. The rates are the\n"
      "middle of the rounds, the ratio is that of each round, middle (least to most). Put server and imctl on cores "
      "of\n"
      "their own (taskset) to compare. Ends with 5 when a login failed.\n"
      "Example:\n"
      "  imctl bench connect --connections 5000 --pid comet=1234,logic=1230,router=1229");
  connect->callback([&globals, given] { globals.run = [&globals, given] { return run_connect(globals, *given); }; });
}

}  // namespace im::imctl
