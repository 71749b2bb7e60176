#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/slot.hpp"

namespace im::router {

/// One process of a router: another one at each start.
using RouterId = std::uint64_t;

/// A router with a live lease.
struct RouterSeat {
  RouterId id = 0;
  std::string address;  ///< gRPC, "host:port"
  friend bool operator==(const RouterSeat&, const RouterSeat&) = default;
};

/// Who has a slot. `epoch` is the fencing epoch: it grows with each claim, for ever.
struct SlotOwner {
  RouterId owner = 0;  ///< 0 = nobody
  std::uint64_t epoch = 0;
  friend bool operator==(const SlotOwner&, const SlotOwner&) = default;
};

struct Membership {
  std::vector<RouterSeat> live;
  std::uint64_t version = 0;     ///< of the slot table: grows with each change; 0 = the store is empty
  std::vector<SlotOwner> slots;  ///< kSlots entries when `version` is not the one the caller knew, else none
};

/// A text under a name within a slot; no value: the name is removed.
struct SlotWrite {
  std::string field;
  std::optional<std::string> value;
};
using SlotFields = std::vector<std::pair<std::string, std::string>>;

/// What routers share: their leases, who owns which slot, and what the owner of a slot wrote behind
/// (docs/decisions/0008). Any thread; calls never block. Each callback runs once and must be short; it may call the
/// store. It runs on the store's own thread (Redis), or before the call returns (memory, unless told otherwise), so no
/// lock may be held around a call that the callback takes.
/// Calls of one slot take effect in their order. kUnavailable or kTimeout: the store cannot be reached and nothing is
/// known of the effect. It may even come later: a lease, claim or release that was given up can show in the next
/// table (a claim then with an epoch that its router never heard of: it claims again). A write() that was given up
/// never overtakes one that was sent after it. kOverloaded: too much is under way; refused without effect.
class SlotStore {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  virtual ~SlotStore() = default;
  /// Keeps the lease of `self` for `ttl` and tells who lives, `self` included. `known_version` 0 asks for the table.
  /// The store counts `ttl` from when it gets the call: a router that counts from when it made the call never believes
  /// longer than the store does.
  virtual void renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known_version,
                     Done<Membership> done) = 0;
  /// Takes each of `slots` that nobody has, that `self` has, or whose owner has no live lease. The new epoch is
  /// max(last + 1, the store's Unix time in ms, floor + 1), and below 2^53. Answers what was taken. What is written in
  /// a slot stays, for load().
  virtual void claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
                     Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) = 0;
  /// Gives up those of `slots` that `self` has; the epochs stay.
  virtual void release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) = 0;
  /// Ends the lease of `self` at once; what it still owns can be claimed (so release() first, or not at all).
  virtual void leave(RouterId self, Done<Ok> done) = 0;

  /// All or nothing. kConflict: the slot does not belong to (owner, epoch) any more. `replace`: everything in the slot
  /// is removed first. Of two changes of one field the last counts. Leases do not matter here, only the table.
  virtual void write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
                     Done<Ok> done) = 0;
  /// Everything in a slot, in any order. kConflict as in write().
  virtual void load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) = 0;
};

}  // namespace im::router
