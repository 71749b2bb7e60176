#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/call_load.hpp"
#include "tools/imctl/bench/percentile.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct BenchCallsArguments {
  std::string server = "http://127.0.0.1:3113";
  std::vector<std::string> comets{"127.0.0.1:3101"};
  int seconds = 20, control_s = 10, report_s = 10, within_s = 65;
  CallLoadSettings load;
};

CallLoadSettings calls_load_of(const BenchCallsArguments& arguments) {
  CallLoadSettings load = arguments.load;
  load.length = std::chrono::seconds(arguments.seconds);
  load.control_length = std::chrono::seconds(arguments.control_s);
  load.report = std::chrono::seconds(arguments.report_s);
  load.within = std::chrono::seconds(arguments.within_s);
  if (load.calls <= load.control_calls) throw UsageError("--calls: more than the control's (--control-calls)");
  for (const std::string& text : arguments.comets) {
    const auto address = client::parse_address(text);
    if (!address.ok()) throw UsageError("--comets: " + address.error().message);
    load.comets.push_back(address.value());
  }
  return load;
}

json::object spread(const std::vector<double>& ms) {
  return {{"n", ms.size()}, {"p50", percentile(ms, 0.5)}, {"p99", percentile(ms, 0.99)}, {"max", percentile(ms, 1)}};
}

json::object load_result(const CallLoad& load, const CallLoadSettings& settings) {
  const auto totals = load.totals();
  json::object result{{"calls", settings.calls}, {"up", totals.up}, {"ended", totals.ended}, {"failed", totals.failed}};
  result["setup_ms"] = spread(load.setup_ms());
  result["control_relay_ms"] = spread(load.control_ms());
  result["relay_ms"] = spread(load.relay_ms());
  if (!settings.ops.empty()) {
    json::object bytes, cpu;
    for (const char* kind : {"comet", "logic", "router"}) {
      bytes[kind] = load.bytes_per_call(kind);
      cpu[kind] = load.cpu_seconds(kind);
    }
    result["bytes_per_call"] = std::move(bytes);
    result["cpu_s"] = std::move(cpu);
    result["left"] = load.left();
    result["left_after_s"] = load.left_after_s();
  }
  const auto& counts = totals.candidates;
  result["asked_again"] = counts.asked_again;
  result["candidates"] =
      json::object{{"sent", counts.sent},         {"relayed", counts.relayed},   {"refused", counts.refused},
                   {"repeated", counts.repeated}, {"left_out", totals.left_out}, {"lost", totals.lost}};
  return result;
}

/// One figure a line: "relay_ms_p99=4.2".
void print_figures(const json::object& object, const std::string& prefix) {
  for (const auto& [name, value] : object) {
    if (value.is_object()) {
      print_figures(value.get_object(), prefix + std::string(name) + "_");
    } else {
      std::cout << prefix << name << "=" << json::serialize(value) << "\n";
    }
  }
}

int run_calls(const Globals& globals, const BenchCallsArguments& arguments) {
  const CallLoadSettings settings = calls_load_of(arguments);
  if (!settings.ops.empty()) static_cast<void>(DaemonFigures::read(settings.ops));
  std::cerr << "making " << 2 * settings.calls << " users" << std::endl;
  const std::vector<ChatUser> users = make_chat_users(arguments.server, 2 * settings.calls, 0);
  boost::asio::io_context context(1);
  CallLoad load(context, settings, users);
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  bool whole = false;
  int signal = 0;
  signals.async_wait([&context, &signal](const boost::system::error_code& error, int number) {
    if (error) return;
    signal = number;
    context.stop();
  });
  load.start([](const std::string& line) { std::cerr << line << std::endl; },
             [&] {
               whole = true;
               context.stop();
             });
  context.run();
  if (!whole) throw Failure("stopped", signal == SIGINT ? kInterrupted : kFailed);
  const json::object result = load_result(load, settings);
  if (globals.json) {
    std::cout << json::serialize(result) << std::endl;
  } else {
    print_figures(result, "");
  }
  for (const auto& [why, calls] : load.totals().failures)
    std::cerr << calls << " calls failed: " << printable(why) << std::endl;
  return load.good() ? kOk : kNotMet;
}

void add_load_options(CLI::App& calls, CallLoadSettings& load) {
  calls.add_option("--ops", load.ops, "Ops servers of the daemons to read, http://HOST:PORT with commas")
      ->delimiter(',');
  calls.add_option("--calls", load.calls, "Calls of two users each")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  calls.add_option("--control-calls", load.control_calls, "Of them: those measured before the others begin")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  calls.add_option("--begin-rate", load.begin_rate, "Calls per second that begin, and that end, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  calls.add_option("--at-once", load.at_once, "Calls that are being set up, or ended, at a time; the others wait")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  calls.add_option("--on-the-way", load.on_the_way, "Candidates that have not arrived; those due beyond are left out")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  calls.add_option("--rate", load.rate, "Candidates per second, over all calls, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  calls.add_option("--control-rate", load.control_rate, "The same while there are the control's calls alone")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  calls.add_option("--seed", load.seed, "Another seed is another run")->capture_default_str();
}

}  // namespace

void add_bench_calls(CLI::App& bench, Globals& globals) {
  const auto given = std::make_shared<BenchCallsArguments>();
  CLI::App* calls = bench.add_subcommand("calls", "Calls of two at once, without media, beside a few as the control");
  calls->add_option("--server", given->server, "Public port of a logic; its users are its own")
      ->envname("IM_SERVER")
      ->capture_default_str();
  calls->add_option("--comets", given->comets, "TCP ports of comets, HOST:PORT with commas")
      ->delimiter(',')
      ->capture_default_str();
  calls->add_option("--seconds", given->seconds, "How long candidates are sent")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  calls->add_option("--control-seconds", given->control_s, "The same for the control")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  calls->add_option("--report", given->report_s, "Seconds between the reports of a party")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  calls->add_option("--within", given->within_s, "Seconds after the last end until the daemons hold nothing")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  add_load_options(*calls, given->load);
  calls->footer(
      "What is asked goes by what is answered: a machine that cannot keep the rates is asked for less, and\n"
      "candidates_left_out says by how many. Times are from the request of one side to the event at the other, by one\n"
      "clock. Bytes per call are the daemons' resident memory with all calls up less that with the control's, their\n"
      "clients connected in both.\n"
      "Ends with 5 when a call failed, a candidate was lost or refused, or a gauge of calls is not back at 0 in time.\n"
      "Example:\n"
      "  imctl bench calls --comets 127.0.0.1:3101,127.0.0.1:3201 --calls 200 --ops http://127.0.0.1:3112");
  calls->callback([&globals, given] { globals.run = [&globals, given] { return run_calls(globals, *given); }; });
}

}  // namespace im::imctl
