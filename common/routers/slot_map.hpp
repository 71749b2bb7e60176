#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/slot.hpp"

namespace im::routers {

/// What one router said of itself.
struct RouterClaim {
  std::uint64_t router_id = 0;
  std::uint64_t version = 0;                                 ///< of its slots
  std::vector<std::pair<std::size_t, std::uint64_t>> slots;  ///< slot, fencing epoch
  std::vector<std::string> peers;
  bool shared = false, serving = false;
};

/// Merges what routers say: the highest fencing epoch has a slot, and an older one is never believed again. Pure.
class SlotMap {
 public:
  static constexpr int kNobody = -1;
  /// `at`: the router's place in the list of addresses.
  void heard(int at, const RouterClaim& claim);
  int owner(std::size_t slot) const { return owners_[slot].at; }
  std::size_t owned() const;

 private:
  struct Owner {
    int at = kNobody;
    std::uint64_t epoch = 0;  ///< highest ever heard
  };
  std::array<Owner, kSlots> owners_{};
};

}  // namespace im::routers
