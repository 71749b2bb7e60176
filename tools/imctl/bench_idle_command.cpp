#include <cmath>
#include <iostream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/idle_clients.hpp"
#include "tools/imctl/bench/memory_reading.hpp"
#include "tools/imctl/bench/socket_holder.hpp"
#include "tools/imctl/bench_options.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct BenchIdleArguments {
  std::string comet = "127.0.0.1:3101";
  std::vector<std::string> pids;
  IdlePlan plan;
  MemorySubjects subjects;
  std::size_t warm = 200;
  int settle_s = 8;
  bool control = true;
};

struct IdleResult {
  MemoryReading each, control;
  std::size_t ended = 0;
};

void settle(const BenchIdleArguments& arguments) {
  std::this_thread::sleep_for(std::chrono::seconds(arguments.settle_s));
}

/// Code and tables that the first logins need are not the connections'.
void warm_up(const BenchIdleArguments& arguments) {
  IdlePlan plan = arguments.plan;
  plan.connections = arguments.warm;
  {
    IdleClients clients;
    clients.log_in(plan);
  }
  settle(arguments);
}

void measure_subject(const BenchIdleArguments& arguments, IdleResult& result) {
  warm_up(arguments);
  const MemoryReading before = read_memory(arguments.subjects);
  IdleClients clients;
  clients.log_in(arguments.plan);
  std::cerr << clients.size() << " connections are open" << std::endl;
  settle(arguments);
  result.each = per_connection(before, read_memory(arguments.subjects), clients.size());
  result.ended = clients.ended();
}

void measure_control(const BenchIdleArguments& arguments, const SocketHolder& holder, IdleResult& result) {
  const MemorySubjects subjects{{{"control", holder.pid()}}, {}};
  const MemoryReading before = read_memory(subjects);
  IdleClients clients;
  clients.open(holder.address(), arguments.plan.connections);
  settle(arguments);
  result.control = per_connection(before, read_memory(subjects), clients.size());
}

json::object rounded(const MemoryReading& reading) {
  json::object out;
  for (const auto& [name, bytes] : reading) out[name] = std::llround(bytes);
  return out;
}

void print(const Globals& globals, const IdleResult& result, const IdlePlan& plan) {
  if (globals.json) {
    std::cout << json::serialize(json::object{{"connections", plan.connections},
                                              {"ended", result.ended},
                                              {"bytes_per_connection", rounded(result.each)},
                                              {"control", rounded(result.control)}})
              << std::endl;
    return;
  }
  std::vector<Row> rows{{"BYTES PER CONNECTION", "OF"}};
  for (const auto& [name, bytes] : result.each) rows.push_back({std::to_string(std::llround(bytes)), name});
  for (const auto& [name, bytes] : result.control)
    rows.push_back({std::to_string(std::llround(bytes)), name == "control user memory" ? name : "control: " + name});
  std::cout << table(rows) << "connections=" << plan.connections << " ended=" << result.ended << std::endl;
}

int run_idle(const Globals& globals, BenchIdleArguments arguments) {
  const auto address = client::parse_address(arguments.comet);
  if (!address.ok()) throw UsageError("--comet: " + address.error().message);
  arguments.plan.server = address.value();
  for (const std::string& pid : arguments.pids) arguments.subjects.processes.push_back(parse_process(pid));
  raise_descriptors();
  const auto holder = arguments.control ? std::make_unique<SocketHolder>() : nullptr;
  IdleResult result;
  measure_subject(arguments, result);
  if (holder) measure_control(arguments, *holder, result);
  print(globals, result, arguments.plan);
  if (result.ended > 0) std::cerr << result.ended << " connections were closed by the server meanwhile" << std::endl;
  return result.ended == 0 ? kOk : kNotMet;
}

}  // namespace

void add_bench_idle(CLI::App& bench, Globals& globals) {
  const auto given = std::make_shared<BenchIdleArguments>();
  CLI::App* idle = bench.add_subcommand("idle", "What a connection that does nothing costs, by part");
  idle->add_option("--comet", given->comet, "TCP port of goim's protocol, HOST:PORT")->capture_default_str();
  idle->add_option("--pid", given->pids, "Servers whose user memory is read, NAME=PID with commas")->delimiter(',');
  idle->add_option("--ops", given->subjects.ops, "Ops servers of our daemons, http://HOST:PORT with commas")
      ->delimiter(',');
  add_plan_options(*idle, given->plan);
  idle->add_flag("--tls", given->plan.tls, "The port speaks TLS (tcps.port); its certificate is not looked at");
  idle->add_flag("--hello", given->plan.hello, "They say hello, each with a device of its own");
  idle->add_option("--warm", given->warm, "Connections that come and go before the first reading")
      ->capture_default_str();
  idle->add_option("--settle", given->settle_s, "Seconds until a reading: freed memory goes back after a burst")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  idle->add_flag("!--no-control", given->control, "Without a process that only holds as many sockets");
  idle->footer(
      "User memory is private and of no file (RssAnon), after the logins less before, divided by the connections.\n"
      "Heap and parts are what our daemons say on their ops ports: what was asked of the heap, and by whom. Kernel "
      "memory\n"
      "is that of the whole machine's slabs. The connections send no heartbeats. Ends with 5 when one was closed.\n"
      "Example:\n"
      "  imctl bench idle --connections 18000 --pid comet=1234,router=1230 --ops http://127.0.0.1:3110");
  idle->callback([&globals, given] { globals.run = [&globals, given] { return run_idle(globals, *given); }; });
}

}  // namespace im::imctl
