#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "comet/wire/frame.hpp"

namespace im::comet {

/// The bytes that wait for all sessions of long-poll of a worker. A frame that waits for many is there once. One
/// worker.
class PollBacklog {
 public:
  /// What one message takes beside its frame.
  static constexpr std::size_t kEntry = 64;

  void add(const Frame& frame) {
    bytes_ += kEntry;
    if (++uses_[frame.id()] == 1) bytes_ += frame.size();
  }
  /// Before the frame is let go of.
  void remove(const Frame& frame) {
    const auto used = uses_.find(frame.id());
    bytes_ -= kEntry;
    if (--used->second > 0) return;
    bytes_ -= frame.size();
    uses_.erase(used);
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::unordered_map<const void*, std::uint32_t> uses_;  ///< messages of each frame
  std::size_t bytes_ = 0;
};

}  // namespace im::comet
