#include "common/routers/slot_map.hpp"

namespace im::routers {

void SlotMap::heard(int at, const RouterClaim& claim) {
  std::array<std::uint64_t, kSlots> named{};
  if (claim.serving) {
    for (const auto& [slot, epoch] : claim.slots) {
      if (slot < kSlots) named[slot] = epoch;
    }
  }
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    Owner& owner = owners_[slot];
    if (named[slot] != 0 && named[slot] >= owner.epoch) {
      owner = {at, named[slot]};
    } else if (owner.at == at && named[slot] == 0) {
      owner.at = kNobody;  // let go; the epoch stays, so that an older owner is not believed
    }
  }
}

std::size_t SlotMap::owned() const {
  std::size_t owned = 0;
  for (const Owner& owner : owners_) owned += owner.at != kNobody ? 1 : 0;
  return owned;
}

}  // namespace im::routers
