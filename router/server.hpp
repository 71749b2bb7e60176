#pragma once

#include <atomic>
#include <memory>

#include "common/base/domain_thread.hpp"
#include "common/base/heap.hpp"
#include "common/daemon/daemon.hpp"
#include "router/calls/calls_rpc.hpp"
#include "router/config.hpp"
#include "router/events/events_rpc.hpp"
#include "router/kv/kv_rpc.hpp"
#include "router/nodes/peer_gateway.hpp"
#include "router/presence/presence_rpc.hpp"
#include "router/router_rpc.hpp"
#include "router/slots/shared_store.hpp"
#include "router/slots/slot_keeper.hpp"
#include "router/slots/write_behind.hpp"
#include "router/state/comet_snapshots.hpp"
#include "router/state/comparer.hpp"
#include "router/state/rebuilder.hpp"
#include "router/state/registry_link.hpp"
#include "router/state/router_state.hpp"
#include "router/users_rpc.hpp"

namespace im::rpc {
class Server;
}  // namespace im::rpc

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
  EventBoard::Sources event_sources();
  std::vector<SessionRow> live_sessions(Uid uid);
  SlotKeeper::Hooks hooks();
  std::string registry_keeper() const;
  void durable(std::size_t slot, std::function<void(bool)> done);
  SlotJournal& journal() { return shared_ ? static_cast<SlotJournal&>(writer_) : *no_journal_; }
  CallsRpc::Context calls_context();
  void tick();
  void tell_redis_health();
  void give_back_memory();

  const Config& config_;
  DaemonContext& context_;
  const RouterSeat seat_;
  DomainThread domain_;  // before what posts to it
  SharedStore store_;
  const bool shared_;  ///< the slots are kept in Redis: there may be several routers
  WriteBehind writer_;
  std::unique_ptr<SlotJournal> no_journal_;  ///< without a shared store
  RouterState state_;
  SlotKeeper keeper_;
  CallRegistry calls_;
  std::unique_ptr<CallsRpc> calls_rpc_;
  EventBoard events_;
  std::unique_ptr<EventsRpc> events_rpc_;
  std::unique_ptr<KvRpc> kv_;
  WatcherBoard watchers_;
  std::unique_ptr<PresenceRpc> presence_;
  std::unique_ptr<grpc::Service> users_;
  std::unique_ptr<RouterRpc> rpc_;
  std::unique_ptr<CometSnapshots> snapshots_;
  std::unique_ptr<PeerGateway> peers_;
  std::shared_ptr<Rebuilder> rebuilder_;
  std::shared_ptr<Comparer> comparer_;
  std::unique_ptr<RegistryLink> registry_;
  std::unique_ptr<rpc::Server> grpc_;
  // Domain thread:
  bool redis_seen_ = false;
  BurstWatch burst_;  ///< of logins and their ends
  bool stopped_ = false;
};

}  // namespace im::router
