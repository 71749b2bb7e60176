#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/memory_reading.hpp"
#include "tools/imctl/bench/process_cpu.hpp"
#include "tools/imctl/bench/push_comparison.hpp"
#include "tools/imctl/bench/push_html.hpp"
#include "tools/imctl/bench/push_report.hpp"
#include "tools/imctl/bench_options.hpp"
#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

struct PushArguments {
  PushBench bench;
  std::vector<std::string> apis{"127.0.0.1:3111"}, comets{"127.0.0.1:3101"}, pids;
  std::string html, compare;
  double tolerance = 0.25;
  load::PushRunSettings run;
};

/// Takes the addresses apart. Comets are on one host: their connections come from addresses of this machine's own.
void read_addresses(PushArguments& arguments) {
  arguments.bench.apis = arguments.apis;
  for (const std::string& text : arguments.apis)
    if (const auto address = client::parse_address(text); !address.ok())
      throw UsageError("--push-api: " + address.error().message);
  for (const std::string& text : arguments.comets) {
    const auto address = client::parse_address(text);
    if (!address.ok()) throw UsageError("--comets: " + address.error().message);
    if (!arguments.bench.comets.empty() && address.value().host != arguments.run.host)
      throw UsageError("--comets: all on one host, not " + arguments.run.host + " and " + address.value().host);
    arguments.run.host = address.value().host;
    arguments.bench.comets.push_back(address.value().port);
  }
}

/// Read before anything runs, so that a wrong path costs no run.
boost::json::value read_report(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError("--compare: cannot read " + path);
  boost::system::error_code error;
  boost::json::value report = boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}), error);
  if (error) throw UsageError("--compare: " + path + " is no JSON: " + error.message());
  return report;
}

void write_page(const std::string& path, const boost::json::object& report) {
  std::ofstream file(path);
  file << push_page(report);
  if (!file.flush()) throw Failure("cannot write " + path);
}

/// Runs, and reads what the servers of --pid took meanwhile.
boost::json::object measure(PushArguments& arguments) {
  MemorySubjects subjects;
  for (const std::string& pid : arguments.pids) subjects.processes.push_back(parse_process(pid));
  const load::Plan plan = make_push_plan(arguments.bench);
  ServerCost cost;
  const MemoryReading empty = read_memory(subjects);
  arguments.run.plan = plan_config(arguments.bench);
  arguments.run.before_pushes = [&] {
    std::cerr << plan.receivers.size() << " connections are open; " << plan.order.size() << " pushes follow"
              << std::endl;
    if (!subjects.processes.empty() && !plan.receivers.empty())
      cost.bytes_per_connection = per_connection(empty, read_memory(subjects), plan.receivers.size());
    for (const auto& [name, pid] : subjects.processes) cost.cpu_s[name] -= cpu_seconds(pid);
  };
  const load::PushRun run = load::run_pushes(arguments.run, plan);
  for (const auto& [name, pid] : subjects.processes) cost.cpu_s[name] += cpu_seconds(pid);
  for (const auto& [answer, times] : run.pushes.refused)
    std::cerr << "refused " << times << " times: " << answer << std::endl;
  return push_report(arguments.bench, run, cost);
}

bool promises_kept(const boost::json::object& report) {
  const boost::json::object& ledger = report.at("ledger").as_object();
  for (const auto* const name : {"refused", "lost", "dup", "reorder", "phantom", "closed"})
    if (ledger.at(name).to_number<double>() > 0) return false;
  return true;
}

int run_push(const Globals& globals, PushArguments arguments) {
  read_addresses(arguments);
  boost::json::value old_report;
  if (!arguments.compare.empty()) old_report = read_report(arguments.compare);
  raise_descriptors();
  arguments.bench.run = static_cast<std::uint32_t>(::time(nullptr) % 1'000'000);
  const boost::json::object report = measure(arguments);
  std::cout << (globals.json ? boost::json::serialize(report) + "\n" : push_table(report)) << std::flush;
  if (!arguments.html.empty()) write_page(arguments.html, report);
  bool worse = false;
  if (!arguments.compare.empty()) {
    const std::vector<Difference> differences = compare_reports(old_report, report, arguments.tolerance);
    std::cerr << comparison_table(differences);
    for (const Difference& each : differences) worse = worse || each.worse;
  }
  return promises_kept(report) && !worse ? kOk : kNotMet;
}

struct Verb {
  const char* name;
  const char* help;
  bool receives, rooms, idle;
};
constexpr Verb kVerbs[] = {
    {"fanout", "One room, pushes to all its members", true, false, true},
    {"rooms", "Many rooms; a few get most of the pushes (Zipf)", true, true, true},
    {"user", "Pushes to users by chance, by their ids", true, false, true},
    {"http", "The push API alone: pushes to a user who is not there", false, false, false},
    {"e2e", "Single messages to a user, beside idle connections", true, false, true},
};

void add_load_options(CLI::App& command, const Verb& verb, PushArguments& given) {
  if (verb.receives) {
    command.add_option("--comets", given.comets, "TCP ports of goim's protocol on one host, HOST:PORT with commas")
        ->delimiter(',')
        ->capture_default_str();
    command.add_option("--connections", given.bench.connections, "That get pushes, each a user of its own")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
  }
  if (verb.idle)
    command.add_option("--idle", given.bench.idle, "Further connections that get none")->capture_default_str();
  if (!verb.rooms) return;
  command.add_option("--rooms", given.bench.rooms, "Rooms they are spread over")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--skew", given.bench.skew, "Room k gets 1/k^SKEW of the pushes; 0 = all alike")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_run_options(CLI::App& command, PushArguments& given) {
  command.add_option("--push-api", given.apis, "Push API, HOST:PORT with commas")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--pid", given.pids, "Servers whose CPU and memory are read, NAME=PID with commas")
      ->delimiter(',');
  command.add_option("--rate", given.bench.rate, "Pushes per second, by the clock")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--seconds", given.bench.seconds, "How long to push")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--size", given.run.body_size, "Bytes of a message, at least what its mark needs")
      ->capture_default_str();
  command.add_option("--seed", given.bench.seed, "Another seed is another order of targets")->capture_default_str();
  command.add_option("--settle", given.run.quiet_s, "Seconds without a delivery, after which the rest counts as lost")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  command.add_option("--html", given.html, "Write the report as one page to this file");
  command.add_option("--compare", given.compare,
                     "Report of --json to compare with; ends with 5 when a figure is worse");
  command.add_option("--tolerance", given.tolerance, "How much more than the old one counts as worse")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace

void add_bench_push(CLI::App& bench, Globals& globals) {
  for (const Verb& verb : kVerbs) {
    const auto given = std::make_shared<PushArguments>();
    given->bench.verb = verb.name;
    if (std::string_view(verb.name) == "e2e") {
      given->bench.connections = 1;
      given->bench.rate = 10;
      given->bench.idle = 1000;
    }
    CLI::App* const command = bench.add_subcommand(verb.name, verb.help);
    add_load_options(*command, verb, *given);
    add_run_options(*command, *given);
    command->footer(
        "An open loop: each push has its moment, and its latency counts from there. Ends with 5 when a push was\n"
        "refused, lost, shown twice or out of order.\n"
        "Example:\n"
        "  imctl bench " +
        std::string(verb.name) + " --rate 50 --seconds 10 --pid comet=1234 --html report.html");
    command->callback([&globals, given] { globals.run = [&globals, given] { return run_push(globals, *given); }; });
  }
}

}  // namespace im::imctl
