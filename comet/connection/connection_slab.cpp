#include "comet/connection/connection_slab.hpp"

#include <memory>

namespace im::comet {

ConnectionSlab::~ConnectionSlab() {
  for (std::uint32_t place = 0; place < next_; ++place) std::destroy_at(&at(place));
  for (Connection* const chunk : chunks_) std::allocator<Connection>().deallocate(chunk, kChunk);
}

std::uint32_t ConnectionSlab::take() {
  std::uint32_t place = kNoPlace;
  if (!free_.empty()) {
    place = free_.back();
    free_.pop_back();
  } else {
    if (next_ == kMaxPlaces) return kNoPlace;
    if (next_ / kChunk == chunks_.size()) chunks_.push_back(std::allocator<Connection>().allocate(kChunk));
    place = next_++;
    std::construct_at(&at(place));
  }
  ++live_;
  return place;
}

void ConnectionSlab::release(std::uint32_t place) {
  Connection& connection = at(place);
  const std::uint32_t generation = connection.generation + 1;
  connection = Connection{};
  connection.generation = generation;
  --live_;
  if (generation != 0xffffffff) free_.push_back(place);
}

Connection* ConnectionSlab::find(std::uint32_t place, std::uint32_t generation) {
  if (place >= next_) return nullptr;
  Connection& connection = at(place);
  if (connection.generation != generation || connection.phase == Phase::kFree) return nullptr;
  return &connection;
}

}  // namespace im::comet
