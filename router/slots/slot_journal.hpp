#pragma once

#include <cstddef>
#include <string>

namespace im::router {

/// Where a slot owner tells what changed in a slot, so that it is written behind to the store. Calls for one slot come
/// in the order of the changes; any thread; never blocks.
class SlotJournal {
 public:
  virtual ~SlotJournal() = default;
  virtual void put(std::size_t slot, std::string field, std::string value) = 0;
  virtual void erase(std::size_t slot, std::string field) = 0;
};

}  // namespace im::router
