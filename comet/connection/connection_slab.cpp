#include "comet/connection/connection_slab.hpp"

namespace im::comet {

std::uint32_t ConnectionSlab::take() {
  std::uint32_t place = kNoPlace;
  if (!free_.empty()) {
    place = free_.back();
    free_.pop_back();
  } else {
    if (next_ == kMaxPlaces) return kNoPlace;
    place = next_++;
    if (place / kChunk == chunks_.size()) chunks_.push_back(std::make_unique<Connection[]>(kChunk));
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
