#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/http/http_route.hpp"

namespace im::http {

/// Until when the next bytes of a body must have come. Pure; the clock is the caller's.
class BodyDeadline {
 public:
  using Clock = std::chrono::steady_clock;
  BodyDeadline(HttpPace pace, std::chrono::milliseconds allowed, Clock::time_point now)
      : pace_(pace), allowed_(allowed), until_(now + allowed) {
    if (pace.whole.count() > 0) last_ = now + pace.whole;
  }

  void came(std::uint64_t bytes, Clock::time_point now) {
    stride_ += bytes;
    if (stride_ < pace_.stride) return;
    stride_ = 0;
    until_ = now + allowed_;
  }
  /// The sender is not to blame for this wait.
  void waited(Clock::duration time) {
    until_ += time;
    if (last_) *last_ += time;
  }
  Clock::time_point until() const { return last_ ? std::min(until_, *last_) : until_; }

 private:
  const HttpPace pace_;
  const std::chrono::milliseconds allowed_;
  Clock::time_point until_;
  std::optional<Clock::time_point> last_;
  std::uint64_t stride_ = 0;
};

}  // namespace im::http
