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
#include "router/slot.hpp"

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
  std::uint64_t version = 0;     ///< of the slot table; 0 = the store is empty
  std::vector<SlotOwner> slots;  ///< kSlots entries when `version` is not the one the caller knew, else none
};

/// A text under a name within a slot; no value: the name is removed.
struct SlotWrite {
  std::string field;
  std::optional<std::string> value;
};
using SlotFields = std::vector<std::pair<std::string, std::string>>;

/// What routers share: their leases, who owns which slot, and what the owner of a slot wrote behind
/// (docs/decisions/0008). Calls never block; each callback runs once, on the store's own thread, and must be short.
/// Calls of one slot take effect in their order. kUnavailable or kTimeout: the store cannot be reached, nothing is
/// known of the effect.
class SlotStore {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  virtual ~SlotStore() = default;
  /// Keeps the lease of `self` for `ttl` and tells who lives. `known_version` 0 asks for the table.
  virtual void renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known_version,
                     Done<Membership> done) = 0;
  /// Takes each of `slots` that nobody has, that `self` has, or whose owner has no live lease. The new epoch is
  /// max(last + 1, the store's Unix time in ms, floor + 1). Answers what was taken.
  virtual void claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
                     Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) = 0;
  /// Gives up those of `slots` that `self` has; the epochs stay.
  virtual void release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) = 0;
  /// Ends the lease of `self` at once (after release()).
  virtual void leave(RouterId self, Done<Ok> done) = 0;

  /// All or nothing. kConflict: the slot does not belong to (owner, epoch) any more. `replace`: what is not named is
  /// removed first.
  virtual void write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
                     Done<Ok> done) = 0;
  /// Everything in a slot. kConflict as in write().
  virtual void load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) = 0;
};

}  // namespace im::router
