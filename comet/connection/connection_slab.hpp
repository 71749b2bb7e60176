#pragma once

#include <cstdint>
#include <vector>

#include "comet/connection/connection.hpp"

namespace im::comet {

/// The connections of one worker: fixed addresses, 24-bit places, a generation per place so that an old ConnId never
/// finds a new connection. A place whose generation would wrap retires.
class ConnectionSlab {
 public:
  static constexpr std::uint32_t kMaxPlaces = 1U << 24;
  static constexpr std::uint32_t kNoPlace = 0xffffffff;

  ConnectionSlab() = default;
  ~ConnectionSlab();
  ConnectionSlab(const ConnectionSlab&) = delete;
  ConnectionSlab& operator=(const ConnectionSlab&) = delete;

  /// A free place, or kNoPlace when all are in use.
  std::uint32_t take();
  void release(std::uint32_t place);

  Connection& at(std::uint32_t place) { return chunks_[place / kChunk][place % kChunk]; }
  /// The live connection of place and generation, or nullptr.
  Connection* find(std::uint32_t place, std::uint32_t generation);
  WheelLink& wheel_link(std::uint32_t place) { return at(place).wheel; }
  std::uint32_t places() const { return next_; }  ///< all places ever used are below
  std::uint32_t size() const { return live_; }
  std::size_t bytes() const { return next_ * sizeof(Connection) + free_.capacity() * sizeof(std::uint32_t); }

 private:
  /// Large enough to come from the system by itself, so that nothing passing lies between the rows; the part that was
  /// never used costs no memory.
  static constexpr std::uint32_t kChunk = 4096;
  std::vector<Connection*> chunks_;  ///< rows from next_ on are raw memory
  std::vector<std::uint32_t> free_;
  std::uint32_t next_ = 0;
  std::uint32_t live_ = 0;
};

}  // namespace im::comet
