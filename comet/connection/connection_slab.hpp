#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "comet/connection/connection.hpp"

namespace im::comet {

/// The connections of one worker: fixed addresses, 24-bit slots, a generation per slot so that an old ConnId never
/// finds a new connection. A slot whose generation would wrap retires.
class ConnectionSlab {
 public:
  static constexpr std::uint32_t kMaxSlots = 1U << 24;
  static constexpr std::uint32_t kNoSlot = 0xffffffff;

  /// A free slot, or kNoSlot when all are in use.
  std::uint32_t take();
  void release(std::uint32_t slot);

  Connection& at(std::uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk]; }
  /// The live connection of slot and generation, or nullptr.
  Connection* find(std::uint32_t slot, std::uint32_t generation);
  WheelLink& wheel_link(std::uint32_t slot) { return at(slot).wheel; }
  std::uint32_t slots() const { return next_; }  ///< all slots ever used are below
  std::uint32_t size() const { return live_; }

 private:
  static constexpr std::uint32_t kChunk = 256;
  std::vector<std::unique_ptr<Connection[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t next_ = 0;
  std::uint32_t live_ = 0;
};

}  // namespace im::comet
