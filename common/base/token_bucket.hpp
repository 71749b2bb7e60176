#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "common/base/clock.hpp"

namespace im {

/// A rate limit: `per_second` on average, `burst` at once. Begins full. The clock is passed in; one thread.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst) : per_second_(per_second), burst_(burst), level_(burst) {}

  /// Takes `cost`, or takes nothing and says how long until it will be there. A cost above the burst never fits;
  /// the answer is then the time for a full bucket.
  std::optional<Duration> take(double cost, TimePoint now) {
    refill(now);
    if (cost <= level_) {
      level_ -= cost;
      return std::nullopt;
    }
    const std::chrono::duration<double> wait((std::min(cost, burst_) - level_) / per_second_);
    return std::chrono::duration_cast<Duration>(wait) + Duration(1);
  }
  /// As take(), but a cost above the burst fits a full bucket and leaves a debt that takes its time.
  std::optional<Duration> take_owing(double cost, TimePoint now) {
    refill(now);
    if (cost <= burst_ || level_ < burst_) return take(std::min(cost, burst_), now);
    level_ -= cost;
    return std::nullopt;
  }
  double level() const { return level_; }
  /// As if new.
  bool full(TimePoint now) {
    refill(now);
    return level_ >= burst_;
  }

 private:
  void refill(TimePoint now) {
    const double passed = std::chrono::duration<double>(now - last_).count();
    level_ = std::min(burst_, level_ + std::max(0.0, passed) * per_second_);
    last_ = std::max(last_, now);
  }

  double per_second_;
  double burst_;
  double level_;
  TimePoint last_{};
};

}  // namespace im
