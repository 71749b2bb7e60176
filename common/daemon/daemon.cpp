#include "common/daemon/daemon.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/clock.hpp"
#include "common/base/heap.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/log.hpp"
#include "common/base/log_out.hpp"
#include "common/base/process_memory.hpp"
#include "common/daemon/build_info.hpp"
#include "common/daemon/command_line.hpp"
#include "common/daemon/endings.hpp"
#include "common/daemon/notify.hpp"
#include "common/daemon/signals.hpp"

namespace im {

namespace {

constexpr int kFailed = 1;
constexpr int kInvalid = 3;
constexpr std::chrono::seconds kBetweenLooks{1};
constexpr std::size_t kOpsConnections = 32;  ///< from the daemon's own descriptors

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "warn") return log::Level::kWarn;
  return name == "error" ? log::Level::kError : log::Level::kInfo;
}

log::Format format_of(const std::string& name) {
  if (name == "text") return log::Format::kText;
  return name == "json" ? log::Format::kJson : log::Format::kAuto;
}

void process_metrics(MetricsPage& page, std::int64_t started_ms) {
  const ProcessMemory memory = memory_of(::getpid()).value_or(ProcessMemory());
  page.gauge("process_resident_memory_bytes", "Resident memory.", static_cast<double>(memory.resident));
  page.gauge("im_anonymous_memory_bytes", "Resident memory that is of no file: what the process made itself.",
             static_cast<double>(memory.anonymous));
  const HeapUse heap = heap_use();
  const char* about = "Memory the heap has of the system: handed out, and kept for later.";
  page.gauge("im_heap_bytes", about, static_cast<double>(heap.used), {{"state", "used"}});
  page.gauge("im_heap_bytes", about, static_cast<double>(heap.unused), {{"state", "unused"}});
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  page.counter("process_cpu_seconds_total", "CPU time, user and system.",
               seconds(usage.ru_utime) + seconds(usage.ru_stime));
  page.gauge("process_start_time_seconds", "Start, Unix time.", static_cast<double>(started_ms) / 1000.0);
  std::error_code ignored;
  const std::filesystem::directory_iterator files("/proc/self/fd", ignored);
  page.gauge("process_open_fds", "Open descriptors.",
             static_cast<double>(std::distance(files, std::filesystem::directory_iterator())));
}

void common_metrics(Metrics& metrics, const std::string& service, HttpServer& ops) {
  metrics.add([service, &ops, started = unix_ms()](MetricsPage& page) {
    page.gauge("im_build_info", "Always 1; the labels say what runs.", 1,
               {{"service", service}, {"version", build_version()}, {"commit", build_commit()}});
    process_metrics(page, started);
    const HttpServerStats stats = ops.stats();
    page.counter("im_log_lines_lost_total", "Lines that could not be written to the log: no room, or nobody reads it.",
                 static_cast<double>(log::lost_lines()));
    page.counter("im_ops_http_requests_total", "Requests of the ops server.", static_cast<double>(stats.requests));
  });
}

void ops_routes(HttpServer& ops, Health& health, Metrics& metrics) {
  ops.route("GET", "/healthz/live", [](const HttpRequest&, const HttpReply& reply) {
    reply({.status = 200, .content_type = "application/json", .body = "{\"live\":true}", .headers = {}});
  });
  ops.route("GET", "/healthz/ready", [&health](const HttpRequest&, const HttpReply& reply) {
    reply({.status = health.ready() ? 200 : 503,
           .content_type = "application/json",
           .body = health.to_json(),
           .headers = {}});
  });
  ops.route("GET", "/metrics", [&metrics](const HttpRequest&, const HttpReply& reply) {
    reply({.status = 200,
           .content_type = "text/plain; version=0.0.4; charset=utf-8",
           .body = metrics.scrape(),
           .headers = {}});
  });
}

bool is_away(const Status& need) { return !need.ok() && need.error().code == Error::Code::kUnavailable; }

/// False: told to end before it was there.
bool await_need(const DaemonSpec::Need& need, const HttpServerConfig& http, Health& health, Metrics& metrics) {
  Status there = need.look();
  if (!is_away(there)) return true;
  HttpServer ops(http);
  ops_routes(ops, health, metrics);
  health.set(need.name, false, there.error().message);
  ops.start();
  notify_manager("READY=1");
  for (; is_away(there); there = need.look()) {
    health.set(need.name, false, there.error().message);
    const int signal = wait_signal(kBetweenLooks);
    if (signal == SIGTERM || signal == SIGINT) {
      ops.stop();
      return false;
    }
  }
  ops.stop();  // before it says ready: nothing is made yet
  health.set(need.name, true);
  return true;
}

/// Prints what is asked for instead of running; -1: run.
int answer_questions(const DaemonSpec& spec, const CommandLine& line, const config::Loaded& loaded) {
  for (const auto& problem : loaded.problems)
    std::cerr << spec.service << ": " << problem.where << ": " << problem.message << "\n";
  if (!loaded.problems.empty()) return kInvalid;
  if (line.show_config) std::cout << config::show_toml(spec.options, &loaded);
  if (line.check) std::cout << spec.service << ": configuration is valid\n";
  return line.show_config || line.check ? 0 : -1;
}

/// Reads the configuration again as it was read at the start. Main thread.
class Rereader {
 public:
  Rereader(const DaemonSpec& spec, const CommandLine& line)
      : spec_(spec), line_(line), values_(values_of(spec.options)) {
    keys_.add("log.level", [](const std::string& toml) { log::set_level(level_of(strings_of(toml).at(0))); });
  }
  LiveKeys& keys() { return keys_; }

  void reread() {
    config::Options options;
    NodeConfig node = default_node(spec_.service, spec_.ops_port);
    const std::shared_ptr<void> values = spec_.describe_again ? spec_.describe_again(options) : nullptr;
    describe(options, node);
    const config::Loaded loaded = config::load(options, spec_.service, line_.config_file, line_.settings);
    for (const auto& problem : loaded.problems)
      log::error("the new configuration is not accepted", {{"where", problem.where}, {"why", problem.message}});
    if (!loaded.problems.empty()) return;
    const Reload done = reload(values_, values_of(options), keys_);
    for (const auto& change : done.taken) log::info("configuration taken", {{"key", change}});
    for (const auto& change : done.waiting) log::warn("configuration needs a restart", {{"key", change}});
    if (done.taken.empty() && done.waiting.empty()) log::info("the configuration is as before");
    for (const auto& [what, again] : keys_.each_time()) {
      const Status read = again();
      if (read.ok()) log::info("read again", {{"key", what}});
      if (!read.ok()) log::error("not read again, what was stays", {{"key", what}, {"why", read.error().message}});
    }
  }

 private:
  const DaemonSpec& spec_;
  const CommandLine& line_;
  LiveKeys keys_;
  KeyValues values_;
};

/// Waits for the end; 0: something cannot go on.
int serve(Rereader& rereader) {
  for (;;) {
    const int signal = wait_signal();
    if (signal == SIGHUP) {
      rereader.reread();
    } else if (signal == SIGUSR1) {
      log::info("logs go to stderr, there is no file to open again");
    } else {
      return signal;
    }
  }
}

/// Runs one daemon from start to end. Main thread.
int run(const DaemonSpec& spec, NodeConfig& node, const CommandLine& line) {
  block_signals();
  log::init({spec.service, node.name, level_of(node.log_level), format_of(node.log_format)});
  tell_of_endings();
  Health health;
  Metrics metrics;
  HttpServerConfig http;
  http.name = "ops";
  http.bind = node.ops_bind;
  http.port = static_cast<std::uint16_t>(node.ops_port);
  http.browsers = {true, node.ops_origins, node.ops_hosts};
  http.max_connections = kOpsConnections;
  HttpServer ops(http);
  std::atomic<bool> failed{false};
  const auto fail = [&failed](std::string reason) {
    log::error("cannot go on", {{"why", reason}});
    failed = true;
    wake_waiter();
  };
  Rereader rereader(spec, line);
  const auto browsers = [&ops, &rules = http.browsers] { ops.browsers(rules); };
  rereader.keys().add("ops.origins", http.browsers.origins, browsers);
  rereader.keys().add("ops.hosts", http.browsers.hosts, browsers);
  DaemonContext context{node, health, metrics, ops, fail, raise_descriptors(), rereader.keys()};
  common_metrics(metrics, spec.service, ops);
  ops_routes(ops, health, metrics);
  if (spec.need && !await_need(*spec.need, http, health, metrics)) return 0;
  const auto service = spec.make(context);
  // Also when start() throws: no request reaches a service that is gone.
  const std::unique_ptr<HttpServer, void (*)(HttpServer*)> ops_end(&ops, [](HttpServer* server) { server->stop(); });
  ops.start();
  node.ops_port = ops.port();
  if (const auto bind = parse_ip(node.ops_bind); !bind || !is_loopback(*bind))
    log::warn("the ops port has no authentication and is open beyond this machine",
              {{"ops.bind", node.ops_bind}, {"ops.port", ops.port()}});
  service->start();
  log::info("started", {{"version", build_version()}, {"ops_port", ops.port()}});
  notify_manager("READY=1");
  const int signal = serve(rereader);
  notify_manager("STOPPING=1");
  if (!failed) {
    log::info("draining", {{"signal", signal}, {"deadline_ms", node.drain_deadline.count()}});
    health.start_draining();
    exit_on_next_signal();
    service->drain(monotonic_now() + node.drain_deadline);
  }
  service->stop();
  ops.stop();
  log::info("stopped");
  return failed ? kFailed : 0;
}

}  // namespace

int run_daemon(const DaemonSpec& spec, int argc, char** argv) {
  NodeConfig node = default_node(spec.service, spec.ops_port);
  describe(spec.options, node);
  const CommandLine line = parse_command_line(spec.service, spec.summary, spec.options, argc, argv);
  if (line.exit_code >= 0) return line.exit_code;
  if (line.sample_config) std::cout << config::sample_toml(spec.options, spec.service);
  if (line.config_docs) std::cout << config::markdown(spec.options, spec.service);
  if (line.sample_config || line.config_docs) return 0;
  const config::Loaded loaded = config::load(spec.options, spec.service, line.config_file, line.settings);
  if (const int code = answer_questions(spec, line, loaded); code >= 0) return code;
  try {
    return run(spec, node, line);
  } catch (const std::exception& error) {
    std::cerr << spec.service << ": " << error.what() << "\n";
    return kFailed;
  }
}

}  // namespace im
