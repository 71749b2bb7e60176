#include "router/slots/slot_plan.hpp"

#include <algorithm>

namespace im::router {

namespace {

/// splitmix64's last step: every bit of the input moves every bit of the output.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
  return value ^ value >> 31;
}

std::uint64_t hash_of(const std::string& address) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : address) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

/// Hashes of the addresses once, not per slot.
class Rendezvous {
 public:
  explicit Rendezvous(const std::vector<RouterSeat>& live) {
    for (const RouterSeat& seat : live) seats_.emplace_back(hash_of(seat.address), seat.id);
  }
  RouterId winner(std::size_t slot) const {
    std::pair<std::uint64_t, RouterId> best{0, 0};
    for (const auto& [hash, id] : seats_) best = std::max(best, {mix(hash + mix(slot + 1)), id});
    return best.second;
  }

 private:
  std::vector<std::pair<std::uint64_t, RouterId>> seats_;
};

/// What becomes of a slot that this router has, at the epoch `held`; null: it stays.
std::vector<std::size_t>* fate_of_held(SlotPlan& plan, RouterId self, RouterId winner, const SlotOwner& owner,
                                       std::uint64_t held) {
  // Forgotten by the store, or a claim of ours that was thought lost has come through after all.
  if ((owner.owner == 0 && owner.epoch < held) || (owner.owner == self && owner.epoch != held)) return &plan.readopt;
  if (owner.owner != self) return &plan.lost;
  return winner != self && winner != 0 ? &plan.release : nullptr;
}

}  // namespace

RouterId winner_of(std::size_t slot, const std::vector<RouterSeat>& live) { return Rendezvous(live).winner(slot); }

SlotPlan plan_slots(RouterId self, const Membership& membership, const std::vector<std::uint64_t>& held, bool settled) {
  SlotPlan plan;
  const Rendezvous rendezvous(membership.live);
  const auto lives = [&](RouterId id) {
    return std::any_of(membership.live.begin(), membership.live.end(),
                       [id](const RouterSeat& seat) { return seat.id == id; });
  };
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const SlotOwner& owner = membership.slots[slot];
    const RouterId winner = rendezvous.winner(slot);
    if (held[slot] != 0) {
      if (auto* slots = fate_of_held(plan, self, winner, owner, held[slot])) slots->push_back(slot);
      continue;
    }
    if (winner != self) {
      // A table that went back in time: nobody else may take what it says is ours.
      if (owner.owner == self && winner != 0) plan.release.push_back(slot);
      continue;
    }
    const bool free = owner.owner == 0 || owner.owner == self || !lives(owner.owner);
    if (free && settled) plan.claim.push_back(slot);
    plan.waiting = plan.waiting || !free || !settled;
  }
  return plan;
}

}  // namespace im::router
