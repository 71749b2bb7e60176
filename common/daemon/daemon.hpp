#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/config/options.hpp"
#include "common/daemon/descriptors.hpp"
#include "common/daemon/health.hpp"
#include "common/daemon/live_keys.hpp"
#include "common/daemon/metrics.hpp"
#include "common/daemon/node_config.hpp"
#include "common/http/http_server.hpp"

/// What every daemon shares: command line, configuration, logs, /healthz, /metrics, signals, drain.
namespace im {

/// Handed to a daemon's server. Outlives it.
struct DaemonContext {
  const NodeConfig& node;
  Health& health;
  Metrics& metrics;
  HttpServer& ops;  ///< routes may be added before start()
  /// Ends the process from any thread: logs the reason and exits with 1 after stop(). For what cannot go on
  /// (a port that is taken), not for a dependency that is down.
  std::function<void(std::string reason)> fail;
  Descriptors descriptors;  ///< of this process; a server keeps its limits within for_clients()
  LiveKeys& live_keys;      ///< keys that the daemon takes anew at SIGHUP may be added before start()
};

/// One daemon's parts, made by its main.cpp. Called from the main thread in this order: start, [drain], stop.
class Service {
 public:
  virtual ~Service() = default;
  virtual void start() = 0;
  /// SIGTERM: take nothing new, finish what is under way, return before `deadline`.
  virtual void drain(std::chrono::steady_clock::time_point deadline) = 0;
  virtual void stop() = 0;
};

struct DaemonSpec {
  std::string service;       ///< "comet"
  std::string summary;       ///< first line of --help
  int ops_port = 0;          ///< default of ops.port
  config::Options& options;  ///< the daemon's own keys, already added
  std::function<std::unique_ptr<Service>(DaemonContext&)> make;
  /// What the service cannot even be made without, and which may come by itself: "store". kUnavailable: not there now.
  /// Then it is looked for again each second, while the daemon lives and is not ready for that reason. Whatever else is
  /// wrong, `make` tells. Blocking, before `make`.
  struct Need {
    std::string name;
    std::function<Status()> look;
  };
  std::optional<Need> need = {};
  /// The keys of `options` once more, over values of their own that live as long as what is returned: what the files
  /// say at SIGHUP is read into them.
  std::function<std::shared_ptr<void>(config::Options&)> describe_again;
};

/// For DaemonSpec::describe_again.
template <class Config>
std::shared_ptr<void> describe_fresh(config::Options& options) {
  auto config = std::make_shared<Config>();
  describe(options, *config);
  return config;
}

/// main() of every daemon: --config FILE, --check, --show-config, --sample-config, --config-docs, --version, --help and
/// --<key>=<value>. Returns the exit code: 0 ok, 1 failed, 2 usage, 3 configuration invalid. First SIGTERM or SIGINT
/// drains within node.drain_deadline; a second ends at once (exit 130 for INT, 143 for TERM). SIGHUP reads the
/// configuration again (docs/operations.md, "Signals"); SIGUSR1 does nothing, since logs go to stderr.
int run_daemon(const DaemonSpec& spec, int argc, char** argv);

}  // namespace im
