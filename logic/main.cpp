#include "common/daemon/cluster_identity.hpp"
#include "common/daemon/daemon.hpp"
#include "logic/config.hpp"
#include "logic/make_server.hpp"
#include "logic/store_need.hpp"

int main(int argc, char** argv) {
  im::logic::Config config;
  im::config::Options options;
  im::logic::describe(options, config);
  im::DaemonSpec spec{
      .service = "logic",
      .summary = "logic authenticates clients and serves the HTTP push API.",
      .ops_port = im::logic::kOpsPort,
      .options = options,
      .make =
          [&config](im::DaemonContext& context) {
            im::join_cluster(config.grpc_tls, im::pki::Role::kLogic, context);
            return im::logic::make_server(config, context);
          },
      .need = im::DaemonSpec::Need{"store", [&config] { return im::logic::look_for_store(config); }},
      .describe_again = im::describe_fresh<im::logic::Config>,
  };
  return im::run_daemon(spec, argc, argv);
}
