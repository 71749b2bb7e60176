#include "common/daemon/cluster_identity.hpp"
#include "common/daemon/daemon.hpp"
#include "job/config.hpp"
#include "job/server.hpp"

int main(int argc, char** argv) {
  im::job::Config config;
  im::config::Options options;
  im::job::describe(options, config);
  const im::DaemonSpec spec{
      .service = "job",
      .summary = "job: carries every push from Kafka to the comets, in order, until they have taken it",
      .ops_port = im::job::kOpsPort,
      .options = options,
      .make =
          [&config](im::DaemonContext& context) {
            im::join_cluster(config.grpc_tls, im::pki::Role::kJob, context);
            return im::job::make_server(config, context);
          },
      .describe_again = im::describe_fresh<im::job::Config>,
  };
  return im::run_daemon(spec, argc, argv);
}
