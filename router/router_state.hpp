#pragma once

#include <mutex>
#include <shared_mutex>

#include "router/node_registry.hpp"
#include "router/room_registry.hpp"
#include "router/session_registry.hpp"

namespace im::router {

/// The router's three registries and their guards, the clock read here and nowhere below. Any thread.
/// No guard is held while another is taken, but for `alive`, which is a reader's lock on the nodes and a leaf.
class RouterState {
 public:
  explicit RouterState(Duration lease);

  bool alive(CometInstance comet) const;
  /// Everything that was ever bound is known: a fresh router has waited one lease for comets to come back, and each
  /// that did has told all it holds. Until then "not found" means "unknown" (docs/decisions/0002).
  bool complete() const;

  Result<NodeRegistry::Registered> register_node(NodeRow node, CometInstance previous);
  NodeRegistry::Lease renew(NodeKind kind, const std::string& name, InstanceEpoch epoch,
                            const NodeRegistry::Load& load);
  void unregister(NodeKind kind, const std::string& name, InstanceEpoch epoch);
  void restored(CometInstance comet);
  std::vector<NodeRow> nodes(std::optional<NodeKind> kind) const;
  std::vector<CometInstance> live_comets() const;
  std::uint64_t nodes_version() const;

  /// Runs `use` with the rooms under their guard.
  template <class Use>
  auto with_rooms(Use&& use) {
    const std::lock_guard lock(rooms_mutex_);
    return use(rooms_);
  }
  SessionRegistry& sessions() { return sessions_; }

  /// Ends leases and takes back memory. A few times a second.
  void tick();
  std::uint64_t router_id() const { return router_id_; }
  Duration lease() const { return lease_; }

 private:
  Duration lease_;
  std::uint64_t router_id_;
  TimePoint started_;
  mutable std::shared_mutex nodes_mutex_;
  NodeRegistry nodes_;
  std::mutex rooms_mutex_;
  RoomRegistry rooms_;
  MemorySessionStore store_;
  SessionRegistry sessions_;
};

}  // namespace im::router
