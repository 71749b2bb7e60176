#pragma once

#include <vector>

#include "router/slots/slot_store.hpp"

namespace im::router {

/// Rendezvous hashing: which of the live routers a slot belongs to. A router that comes or goes moves only its own
/// share. 0 without routers. The order of `live` does not matter: the hash is of the address.
RouterId winner_of(std::size_t slot, const std::vector<RouterSeat>& live);

/// What a router should do, as the store says. Pure.
struct SlotPlan {
  std::vector<std::size_t> claim;    ///< ours by hash and free: nobody's, or of a router without a lease
  std::vector<std::size_t> release;  ///< ours now, another live router's by hash
  std::vector<std::size_t> lost;     ///< held by us, and the store says it is somebody else's
  std::vector<std::size_t> readopt;  ///< held by us, and the store knows it with another epoch or not at all
  bool waiting = false;              ///< a slot is ours by hash, and its live owner has not let it go yet
};
/// `held`: the epoch of each slot we serve, 0 = not ours. `settled`: slots that nobody has may be taken.
SlotPlan plan_slots(RouterId self, const Membership& membership, const std::vector<std::uint64_t>& held, bool settled);

}  // namespace im::router
