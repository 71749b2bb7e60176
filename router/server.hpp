#pragma once

#include <atomic>
#include <memory>

#include "common/base/domain_thread.hpp"
#include "common/daemon/daemon.hpp"
#include "router/comet_snapshots.hpp"
#include "router/config.hpp"
#include "router/kv_rpc.hpp"
#include "router/peer_gateway.hpp"
#include "router/rebuilder.hpp"
#include "router/registry_link.hpp"
#include "router/router_rpc.hpp"
#include "router/router_state.hpp"
#include "router/shared_store.hpp"
#include "router/slot_keeper.hpp"
#include "router/write_behind.hpp"

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
  NodeRow self_row() const;
  SlotKeeper::Hooks hooks();
  std::string registry_keeper() const;
  void durable(std::function<void()> done);
  void tick();

  const Config& config_;
  DaemonContext& context_;
  const bool shared_;  ///< the slots are kept in a store, there may be several routers
  const RouterSeat seat_;
  DomainThread domain_;  // before what posts to it
  SharedStore store_;
  WriteBehind writer_;
  std::unique_ptr<SlotJournal> no_journal_;  ///< without a shared store
  RouterState state_;
  SlotKeeper keeper_;
  std::unique_ptr<KvRpc> kv_;
  std::unique_ptr<RouterRpc> rpc_;
  std::unique_ptr<CometSnapshots> snapshots_;
  std::unique_ptr<PeerGateway> peers_;
  std::shared_ptr<Rebuilder> rebuilder_;
  std::shared_ptr<RegistryLink> registry_;
  std::unique_ptr<grpc::Server> grpc_;
  bool stopped_ = false;
};

}  // namespace im::router
