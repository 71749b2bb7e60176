#pragma once

#include <cstdint>

#include "common/base/clock.hpp"

namespace im {

/// A log line that would repeat: told at once, then at most once a minute with how many there were. One thread.
class Repeat {
 public:
  /// One more; how many to tell now, the unheard ones included, or 0 for silence.
  std::uint64_t tell(TimePoint now) { return tell(now, 1); }
  /// The same for `more` at once; 0 more: what is still untold, when its minute has come.
  std::uint64_t tell(TimePoint now, std::uint64_t more) {
    untold_ += more;
    if (untold_ == 0) return 0;
    if (told_ != TimePoint{} && now - told_ < std::chrono::minutes(1)) return 0;
    told_ = now;
    const std::uint64_t count = untold_;
    untold_ = 0;
    return count;
  }

 private:
  TimePoint told_{};
  std::uint64_t untold_ = 0;
};

}  // namespace im
