#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "router/slots/slot_store.hpp"

namespace im::router {

/// What a router keeps per slot, as the keeper sees it. One thread calls; others may read the slots meanwhile.
class SlotBoard {
 public:
  virtual ~SlotBoard() = default;
  /// What the store has of a slot, before own(). After it, when the store did not answer before: then what the board
  /// has by itself is newer.
  virtual void load(std::size_t slot, const SlotFields& fields) = 0;
  virtual void own(std::size_t slot, std::uint64_t epoch) = 0;
  /// Refused from here on, and forgotten.
  virtual void disown(std::size_t slot) = 0;
  virtual std::vector<SlotWrite> dump(std::size_t slot) = 0;
};

}  // namespace im::router
