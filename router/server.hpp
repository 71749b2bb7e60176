#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "common/daemon/daemon.hpp"
#include "router/config.hpp"
#include "router/kv_rpc.hpp"
#include "router/router_rpc.hpp"
#include "router/router_state.hpp"
#include "router/shared_store.hpp"

namespace grpc {
class Server;
}

namespace im::router {

/// Owns the parts of a router. Main thread.
class Server final : public Service {
 public:
  Server(const Config& config, DaemonContext& context);
  ~Server() override;
  void start() override;
  void drain(std::chrono::steady_clock::time_point deadline) override;
  void stop() override;

 private:
  void register_self();
  void run_ticks();
  void tell_redis_health();

  const Config& config_;
  DaemonContext& context_;
  SharedStore shared_;
  bool redis_seen_ = false;  // ticker's
  RouterState state_;
  std::unique_ptr<RouterRpc> rpc_;
  std::unique_ptr<KvRpc> kv_;
  std::unique_ptr<grpc::Server> grpc_;
  InstanceEpoch self_;
  std::atomic<bool> stopping_{false};
  std::thread ticker_;
};

}  // namespace im::router
