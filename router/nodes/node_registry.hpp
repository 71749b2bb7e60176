#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/registry/node.hpp"
#include "router/slots/slot_journal.hpp"
#include "router/slots/slot_store.hpp"

namespace im::router {

using registry::NodeKind;

/// A node and its lease.
struct NodeRow : registry::Node {
  TimePoint lease_until;
};

/// The nodes that are alive. A node renews one lease; when it ends, everything of that instance is gone at once. One
/// router leads: it has the registry's slot and keeps the leases; the others follow its list. Pure; the caller guards
/// it.
class NodeRegistry {
 public:
  NodeRegistry(Duration lease, SlotJournal& journal) : lease_(lease), journal_(journal) {}

  // ---- follower and leader
  /// The leader's list: the comets that went and those that came.
  struct Changes {
    std::vector<CometInstance> gone, came;
  };
  /// While the list is not `complete`, comets that are missing in it stay: they may not have come back to the leader
  /// yet.
  Changes follow(std::vector<NodeRow> nodes, bool complete);
  /// What the store has of the registry's slot; what is known better stays.
  Changes load(const SlotFields& fields);
  /// From here on this router keeps the leases: every node has a whole one from now.
  void lead(TimePoint now);
  /// This process stood still: nobody could renew.
  void extend(Duration by);
  /// Another router keeps them.
  void resign() { leading_ = false; }
  bool leading() const { return leading_; }
  std::vector<SlotWrite> dump() const;

  struct Registered {
    CometInstance self;
    bool kept = false;
  };
  /// Conflict when another address holds a live lease under this name. `previous`: what a comet was before the router
  /// lost its memory; granted when its number is free and no higher epoch was given under its name. `now_ms`: the
  /// cluster's clock.
  Result<Registered> add(NodeRow node, CometInstance previous, TimePoint now, std::int64_t now_ms);

  using Lease = registry::LeaseState;
  using Load = registry::NodeLoad;
  Lease renew(NodeKind kind, const std::string& name, InstanceEpoch epoch, const Load& load, TimePoint now,
              std::int64_t now_ms);
  bool remove(NodeKind kind, const std::string& name, InstanceEpoch epoch);
  /// Ends leases that are over; the comets that went.
  std::vector<CometInstance> expire(TimePoint now);

  bool alive(CometInstance comet) const;
  /// Never heard of, not even of a newer instance: it may have registered a moment ago.
  bool unheard(CometInstance comet) const;
  /// Known to be over: a newer instance is known, or its lease ended, or it registered a lease before `whole_ms` and is
  /// not in the list. `whole_ms`: when the list was whole, in the clock that epochs are made of; 0 = it is not.
  bool gone(CometInstance comet, std::int64_t whole_ms) const;
  std::vector<NodeRow> list(std::optional<NodeKind> kind) const;
  std::uint64_t version() const { return version_; }  ///< changes when the list does
  Duration lease() const { return lease_; }

 private:
  using Id = std::pair<NodeKind, std::string>;
  CometNumber number_for(const std::string& name, CometNumber wanted);
  void remember(const NodeRow& comet);
  void keep_comets(const std::map<Id, NodeRow>& before);

  Duration lease_;
  SlotJournal& journal_;
  bool leading_ = false;
  std::map<Id, NodeRow> nodes_;
  std::map<Id, InstanceEpoch> last_epoch_;
  std::unordered_map<std::string, CometNumber> numbers_;    ///< by name; never given to another
  std::unordered_map<std::uint32_t, InstanceEpoch> alive_;  ///< by number
  std::vector<CometInstance> superseded_;
  std::uint64_t version_ = 1;
};

}  // namespace im::router
