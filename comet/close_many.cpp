#include "comet/close_many.hpp"

namespace im::comet {

void close_named(ConnectionIo& io, const std::vector<ConnId>& conns, CloseReason reason) {
  io.assert_on_worker();
  for (const ConnId id : conns) {
    const std::uint32_t place = io.place_of(id);
    if (place != ConnectionSlab::kNoPlace && io.id_of(place) == id) io.close(place, reason);
  }
}

std::size_t close_some(ConnectionIo& io, CloseReason reason, std::size_t limit) {
  io.assert_on_worker();
  std::size_t closed = 0;
  for (std::uint32_t place = 0; place < io.slab().places() && closed < limit; ++place) {
    const Phase phase = io.slab().at(place).phase;
    if (phase == Phase::kFree || phase == Phase::kLingering) continue;
    io.close(place, reason);
    ++closed;
  }
  return closed;
}

void close_part(ConnectionIo& io, CloseReason reason, std::uint32_t part, std::uint32_t parts) {
  io.assert_on_worker();
  const std::uint64_t places = io.slab().places();
  const auto begin = static_cast<std::uint32_t>(places * part / parts);
  const auto end = static_cast<std::uint32_t>(places * (part + 1) / parts);
  for (std::uint32_t place = begin; place < end; ++place) {
    const Connection& connection = io.slab().at(place);
    if (connection.session && connection.phase != Phase::kLingering) io.close(place, reason);
  }
}

}  // namespace im::comet
