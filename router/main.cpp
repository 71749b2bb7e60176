#include "common/base/heap.hpp"
#include "common/daemon/cluster_identity.hpp"
#include "common/daemon/daemon.hpp"
#include "router/config.hpp"
#include "router/make_server.hpp"

int main(int argc, char** argv) {
  im::keep_heap_small();
  im::router::Config config;
  im::config::Options options;
  im::router::describe(options, config);
  im::DaemonSpec spec{
      .service = "router",
      .summary = "router keeps session state: who is online where, rooms, the node registry.",
      .ops_port = im::router::kOpsPort,
      .options = options,
      .make =
          [&config](im::DaemonContext& context) {
            im::join_cluster(config.grpc_tls, im::pki::Role::kRouter, context);
            return im::router::make_server(config, context);
          },
      .describe_again = im::describe_fresh<im::router::Config>,
  };
  return im::run_daemon(spec, argc, argv);
}
