#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "common/base/domain_thread.hpp"
#include "common/daemon/daemon.hpp"
#include "common/kafka/producer.hpp"
#include "common/routers/router_map.hpp"
#include "logic/admin/admin_http.hpp"
#include "logic/admin/kick_http.hpp"
#include "logic/admin/trace_http.hpp"
#include "logic/config.hpp"
#include "logic/identity/connection_service.hpp"
#include "logic/identity/identity_source.hpp"
#include "logic/push/push_queue.hpp"
#include "logic/push/push_service.hpp"
#include "logic/push_api/push_api.hpp"
#include "logic/routers/grpc_session_directory.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/router_calls.hpp"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace im::logic {

/// Owns the parts of a logic. Main thread.
class Server final : public Service {
 public:
  Server(const Config& config, DaemonContext& context);
  ~Server() override;
  void start() override;
  void drain(std::chrono::steady_clock::time_point deadline) override;
  void stop() override;

 private:
  void add_metrics();
  void add_push_api_metrics(MetricsPage& page);
  void start_push_api_grpc();
  void watch();

  const Config& config_;
  DaemonContext& context_;
  DomainThread timers_;  ///< of calls to routers
  routers::RouterMap routers_;
  RouterCalls router_calls_;
  kafka::Producer producer_;
  std::unique_ptr<GrpcSessionDirectory> directory_;
  std::unique_ptr<PushQueue> queue_;
  NodeList nodes_;
  IdentitySource identity_;
  std::unique_ptr<Kicker> kicker_;
  PushService push_;
  std::unique_ptr<SharedTable> shared_;
  Revocations revocations_;
  ConnectionService connections_;
  KickDesk kick_desk_;
  std::unique_ptr<CometTracer> comet_tracer_;
  TraceDesk trace_desk_;
  AdminApi admin_;
  KeyRing keys_;
  KeyRingFile keys_file_;
  PushApi push_api_;
  HttpServer push_http_;
  HttpServer public_http_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<grpc::Service> push_api_service_;
  std::unique_ptr<grpc::Server> push_api_grpc_;
  std::atomic<bool> stopping_{false};
  std::thread watcher_;
};

}  // namespace im::logic
