#pragma once

#include <algorithm>
#include <chrono>

namespace im::client {

/// Waiting times between attempts: exponential with full jitter, so that clients that were cut off together do not come
/// back together. Pure: the caller brings the random number.
class Backoff {
 public:
  struct Rules {
    std::chrono::milliseconds base{500};
    std::chrono::milliseconds max{30000};
    double factor = 2.0;
  };
  explicit Backoff(Rules rules) : rules_(rules), bound_(rules.base) {}

  /// `random` in [0, 1). The wait is below base * factor^n, and never above max.
  std::chrono::milliseconds next(double random) {
    const auto bound = std::min(bound_, rules_.max);
    const auto grown = static_cast<double>(bound.count()) * rules_.factor;
    bound_ = std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(std::min(grown, static_cast<double>(rules_.max.count()))));
    const auto wait = static_cast<double>(bound.count()) * random;
    return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(wait));
  }
  void reset() { bound_ = rules_.base; }

 private:
  Rules rules_;
  std::chrono::milliseconds bound_;
};

}  // namespace im::client
