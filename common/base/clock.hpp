#pragma once

#include <chrono>
#include <cstdint>

namespace im {

/// Time as the pure parts take it: monotonic, passed in, never read inside.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

inline TimePoint monotonic_now() { return std::chrono::steady_clock::now(); }

/// Unix time in milliseconds: for people and for epochs, never for deadlines.
inline std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace im
