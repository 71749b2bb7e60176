#include "comet/connection/connection_slab.hpp"

namespace im::comet {

std::uint32_t ConnectionSlab::take() {
  std::uint32_t slot = kNoSlot;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    if (next_ == kMaxSlots) return kNoSlot;
    slot = next_++;
    if (slot / kChunk == chunks_.size()) chunks_.push_back(std::make_unique<Connection[]>(kChunk));
  }
  ++live_;
  return slot;
}

void ConnectionSlab::release(std::uint32_t slot) {
  Connection& connection = at(slot);
  const std::uint32_t generation = connection.generation + 1;
  connection = Connection{};
  connection.generation = generation;
  --live_;
  if (generation != 0xffffffff) free_.push_back(slot);
}

Connection* ConnectionSlab::find(std::uint32_t slot, std::uint32_t generation) {
  if (slot >= next_) return nullptr;
  Connection& connection = at(slot);
  if (connection.generation != generation || connection.phase == Phase::kFree) return nullptr;
  return &connection;
}

}  // namespace im::comet
