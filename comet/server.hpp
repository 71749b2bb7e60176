#pragma once

#include <memory>
#include <vector>

#include "comet/cluster/control.hpp"
#include "comet/config.hpp"
#include "comet/edge/ip_table.hpp"
#include "comet/edge/listener.hpp"
#include "comet/push/push_ingress.hpp"
#include "comet/rpc/direct_rpc.hpp"
#include "comet/trouble_log.hpp"
#include "comet/worker.hpp"
#include "comet/worker_shard.hpp"
#include "common/daemon/daemon.hpp"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

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
  struct ClientPort {
    Endpoint endpoint;
    Transport transport;
    const Dialect* dialect;
  };
  void add_port(const Config::Listen& listen, Transport transport, const Dialect& dialect);
  void probe_ports();
  void open_listeners();
  std::size_t open_connections() const;
  void log_troubles();
  void trace(const TraceRef& trace);

  const Config& config_;
  DaemonContext& context_;
  Edge edge_;
  std::vector<ClientPort> ports_;
  std::unique_ptr<Control> control_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<WorkerSet> worker_set_;
  std::vector<std::unique_ptr<WorkerShard>> shards_;  ///< of each worker
  std::unique_ptr<PushIngress> ingress_;
  std::unique_ptr<TraceHub> traces_;
  DirectStats direct_;
  TroubleLog troubles_;  ///< control thread
  std::unique_ptr<grpc::Service> push_service_, direct_service_, admin_service_;
  std::unique_ptr<grpc::Server> grpc_;
};

}  // namespace im::comet
