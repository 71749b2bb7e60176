#include "common/daemon/daemon.hpp"
#include "job/config.hpp"
#include "job/server.hpp"

int main(int argc, char** argv) {
  im::job::Config config;
  im::config::Options options;
  im::job::describe(options, config);
  const im::DaemonSpec spec{"job",
                            "job: carries every push from Kafka to the comets, in order, until they have taken it",
                            im::job::kOpsPort,
                            options,
                            [&config](im::DaemonContext& context) { return im::job::make_server(config, context); },
                            im::describe_fresh<im::job::Config>};
  return im::run_daemon(spec, argc, argv);
}
