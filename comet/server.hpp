#pragma once

#include <memory>
#include <vector>

#include "comet/cluster/control.hpp"
#include "comet/config.hpp"
#include "comet/edge/ip_table.hpp"
#include "comet/edge/listener.hpp"
#include "comet/live_config.hpp"
#include "comet/push/push_ingress.hpp"
#include "comet/rpc/direct_rpc.hpp"
#include "comet/trouble_log.hpp"
#include "comet/worker.hpp"
#include "comet/worker_shard.hpp"
#include "common/base/domain_thread.hpp"
#include "common/daemon/daemon.hpp"

namespace grpc {
class Service;
}  // namespace grpc

namespace im::rpc {
class Server;
}  // namespace im::rpc

namespace im::comet {

/// Owns the parts of a comet and their order: workers, control thread, push service. Main thread.
class Server final : public Service {
 public:
  Server(const Config& config, DaemonContext& context);
  ~Server() override;

  void start() override;
  void drain(std::chrono::steady_clock::time_point deadline) override;
  void stop() override;

 private:
  void add_port(const Config::Listen& listen, Transport transport, const Dialect& dialect, bool secure = false);
  void add_secure_ports(DaemonContext& context);
  void probe_ports();
  void make_workers();
  void open_listeners();
  std::size_t open_connections() const;
  void log_troubles();
  void trace(const TraceRef& trace);

  const Config& config_;
  DaemonContext& context_;
  Edge edge_;
  std::vector<ClientPort> ports_;
  std::unique_ptr<ServerTls> tls_;  ///< null without TLS listeners
  std::unique_ptr<Control> control_;
  DomainThread speaker_;  ///< says to gRPC what workers with tables of their own have taken
  bool own_tables_ = false;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<LiveConfig> live_;
  std::unique_ptr<WorkerSet> worker_set_;
  std::vector<std::unique_ptr<WorkerShard>> shards_;  ///< of each worker
  std::unique_ptr<PushIngress> ingress_;
  std::unique_ptr<TraceHub> traces_;
  DirectStats direct_;
  TroubleLog troubles_;  ///< control thread
  std::unique_ptr<grpc::Service> push_service_, direct_service_, admin_service_;
  std::unique_ptr<rpc::Server> grpc_;
};

}  // namespace im::comet
