#include "common/daemon/daemon.hpp"
#include "logic/config.hpp"
#include "logic/server.hpp"

int main(int argc, char** argv) {
  im::logic::Config config;
  im::config::Options options;
  im::logic::describe(options, config);
  im::DaemonSpec spec{
      .service = "logic",
      .summary = "logic authenticates clients and serves the HTTP push API.",
      .ops_port = im::logic::kOpsPort,
      .options = options,
      .make = [&config](im::DaemonContext& context) { return std::make_unique<im::logic::Server>(config, context); },
      .describe_again = im::describe_fresh<im::logic::Config>,
  };
  return im::run_daemon(spec, argc, argv);
}
