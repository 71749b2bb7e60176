#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace im::faults {

/// What is done to the bytes of one direction of a connection. Several at once are possible.
struct LinkFaults {
  std::int64_t delay_ms = 0;   ///< later than they came
  std::int64_t rate = 0;       ///< bytes per second; 0: as fast as it goes
  std::int64_t cut_after = 0;  ///< so many bytes of a connection pass, then it is reset; 0: never
  bool stall = false;          ///< nothing passes
  bool slice = false;          ///< one byte a write
  bool no_fin = false;         ///< the end of the sender is not told to the receiver (half-open)
};

/// Sets "delay MS", "rate BYTES", "cut BYTES", "stall on|off", "slice on|off", "nofin on|off". Empty: done; else what
/// is wrong.
std::string set_fault(LinkFaults& faults, const std::string& key, const std::string& value);

/// When may how much of what waits pass? Pure: bytes and the clock come as arguments.
class LinkPacer {
 public:
  struct Step {
    enum class What { kSend, kWait, kCut };
    What what = What::kWait;
    std::size_t bytes = 0;     ///< kSend
    std::int64_t wait_ms = 0;  ///< kWait: look again then
  };
  /// `waiting` bytes, of which the first `oldest` came at `came_ms`; oldest > 0.
  Step next(const LinkFaults& faults, std::size_t oldest, std::int64_t came_ms, std::int64_t now_ms) const;
  void passed(const LinkFaults& faults, std::size_t bytes, std::int64_t now_ms);
  std::uint64_t total() const { return total_; }

 private:
  std::uint64_t total_ = 0;
  std::int64_t free_at_ms_ = 0;  ///< rate: when the next byte may go
};

}  // namespace im::faults
