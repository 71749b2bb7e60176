#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <shared_mutex>

#include "common/base/cluster_clock.hpp"
#include "router/nodes/node_registry.hpp"
#include "router/sessions/room_registry.hpp"
#include "router/sessions/session_registry.hpp"
#include "router/slots/slot_board.hpp"
#include "router/state/comet_snapshots.hpp"
#include "router/state/rebuild.hpp"

namespace im::router {

/// What a router holds: the registries and their guards, the clock read here and nowhere below. Any thread.
/// No guard is held while another is taken, but for `gone`, which is a reader's lock on the nodes, with
/// the clock as its leaf.
class RouterState final : public SlotBoard {
 public:
  RouterState(RouterId id, Duration lease, SlotJournal& journal);

  bool alive(CometInstance comet) const;
  bool unheard(CometInstance comet) const;
  /// Its lease ended, or it is not in a list in which it would be. False while this router cannot know.
  bool gone(CometInstance comet) const;
  /// Everything that was ever bound in this slot is known: the node list is, and every comet in it has told what it
  /// holds here. Until then "not found" means "unknown" (docs/decisions/0002).
  bool complete(std::size_t slot) const { return registry_complete() && rebuild_.complete(slot); }

  // ---- nodes
  /// No node of this cluster has run before: the empty list is all of it. Before own(), unless the store or another
  /// router says otherwise; a comet that had a place before shows that it is not so (docs/decisions/0086).
  void begin_first() { first_start_ = true; }
  Result<NodeRegistry::Registered> register_node(NodeRow node, CometInstance previous);
  NodeRegistry::Lease renew(NodeKind kind, const std::string& name, InstanceEpoch epoch,
                            const NodeRegistry::Load& load);
  void unregister(NodeKind kind, const std::string& name, InstanceEpoch epoch);
  /// The list of the router that keeps the leases, and the cluster's clock when it was made.
  void follow(std::vector<NodeRow> nodes, bool complete, std::int64_t clock_us);
  bool leads() const;
  /// False: nodes may live that are not in the list.
  bool registry_complete() const;
  std::vector<NodeRow> nodes(std::optional<NodeKind> kind) const;
  std::vector<CometInstance> live_comets() const;
  std::uint64_t nodes_version() const;

  // ---- the cluster's clock (docs/decisions/0018)
  /// Microseconds. Before this router has heard of it: its own wall clock.
  std::int64_t clock_us() const;
  /// 0: it has not.
  std::int64_t heard_clock_us() const;
  void heard_clock(std::int64_t reading_us);

  // ---- slots
  void load(std::size_t slot, const SlotFields& fields) override;
  void own(std::size_t slot, std::uint64_t epoch) override;
  void disown(std::size_t slot) override;
  std::vector<SlotWrite> dump(std::size_t slot) override;
  SlotSet owned() const;
  Rebuild& rebuild() { return rebuild_; }
  const Rebuild& rebuild() const { return rebuild_; }
  /// What a comet told; returns how many sessions were new.
  std::size_t restore(CometInstance comet, CometHoldings holdings);
  /// More state of slots, held elsewhere (the Kv table): loaded, disowned and dumped with the rest. Before start only.
  void add_board(SlotBoard& board) { boards_.push_back(&board); }

  /// Runs `use` with the rooms under their guard.
  template <class Use>
  auto with_rooms(Use&& use) {
    const std::lock_guard lock(rooms_mutex_);
    return use(rooms_);
  }
  SessionRegistry& sessions() { return sessions_; }

  /// Ends leases and takes back memory. A few times a second. `firm`: this router answers those who renew; while it is
  /// in doubt about its own lease it refuses them, and ends nobody's.
  void tick(bool firm, TimePoint now = monotonic_now());
  std::uint64_t router_id() const { return router_id_; }
  Duration lease() const { return lease_; }

 private:
  bool whole() const;
  std::int64_t whole_ms() const;
  void changed(const NodeRegistry::Changes& changes);
  void doubt_first_start(const NodeRow& node, CometInstance previous);

  const std::uint64_t router_id_;
  const Duration lease_;
  TimePoint ticked_;
  mutable std::mutex clock_mutex_;  ///< a leaf
  ClusterClock clock_;
  mutable std::shared_mutex nodes_mutex_;
  NodeRegistry nodes_;
  bool list_known_ = false;     ///< from the store, from the leader, or because there is nobody yet
  bool first_start_ = false;    ///< said by the operator, until something else is known
  std::int64_t listed_ms_ = 0;  ///< when the leader made the list
  TimePoint leads_since_;
  std::mutex rooms_mutex_;
  RoomRegistry rooms_;
  SessionRegistry sessions_;
  Rebuild rebuild_;
  mutable std::mutex owned_mutex_;
  SlotSet owned_;
  std::vector<SlotBoard*> boards_;
};

}  // namespace im::router
