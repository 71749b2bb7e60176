#include "router/make_store.hpp"

#include "router/memory_slot_store.hpp"

namespace im::router {

bool is_shared(const Config&) { return false; }

std::unique_ptr<SlotStore> make_store(const Config&) {
  MemorySlotStore::Options options;
  options.keep_fields = false;
  return std::make_unique<MemorySlotStore>(std::move(options));
}

}  // namespace im::router
