#include "comet/config.hpp"
#include "comet/make_server.hpp"
#include "common/base/heap.hpp"
#include "common/daemon/cluster_identity.hpp"
#include "common/daemon/daemon.hpp"

int main(int argc, char** argv) {
  im::keep_heap_small();
  im::comet::Config config;
  im::config::Options options;
  im::comet::describe(options, config);
  im::DaemonSpec spec{
      .service = "comet",
      .summary = "comet holds client connections (TCP, WebSocket) and brings pushes to them.",
      .ops_port = im::comet::kOpsPort,
      .options = options,
      .make =
          [&config](im::DaemonContext& context) {
            im::join_cluster(config.grpc_tls, im::pki::Role::kComet, context);
            return im::comet::make_server(config, context);
          },
      .describe_again = im::describe_fresh<im::comet::Config>,
  };
  return im::run_daemon(spec, argc, argv);
}
