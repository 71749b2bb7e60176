#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/base/clock.hpp"

namespace im {

/// A token bucket for many holders: the rate is here once, a holder keeps only the time at which its bucket will be
/// full again (8 bytes, zero at first). Immutable: any thread.
class Rate {
 public:
  Rate() = default;  ///< no limit
  /// `per_second` on average, `burst` (at least 1) at once. per_second 0 = no limit.
  Rate(double per_second, double burst)
      : interval_(per_second > 0 ? to_duration(1 / per_second) : Duration{}),
        window_(per_second > 0 ? to_duration(std::max(burst, 1.0) / per_second) : Duration{}) {}

  bool unlimited() const { return interval_ == Duration{}; }

  /// Takes `cost`, or takes nothing and says how long until it is there. A cost above the burst counts as the burst.
  std::optional<Duration> take(TimePoint& full_at, TimePoint now, std::uint32_t cost = 1) const {
    if (unlimited()) return std::nullopt;
    const TimePoint next = std::max(full_at, now) + span_of(cost);
    if (const auto wait = over(next, now)) return wait;
    full_at = next;
    return std::nullopt;
  }
  /// The same for a bucket that several threads take from; without a lock.
  std::optional<Duration> take(std::atomic<TimePoint>& full_at, TimePoint now, std::uint32_t cost = 1) const {
    if (unlimited()) return std::nullopt;
    TimePoint seen = full_at.load(std::memory_order_relaxed);
    while (true) {
      const TimePoint next = std::max(seen, now) + span_of(cost);
      if (const auto wait = over(next, now)) return wait;
      if (full_at.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return std::nullopt;
    }
  }
  /// What take() would say, without taking.
  std::optional<Duration> look(TimePoint full_at, TimePoint now) const {
    return over(std::max(full_at, now) + interval_, now);
  }

 private:
  static Duration to_duration(double seconds) {
    constexpr double kLongest = 1e9;  // 31 years: a rate near 0 must not overflow
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::min(seconds, kLongest)));
  }
  Duration span_of(std::uint32_t cost) const {
    const auto times = static_cast<Duration::rep>(std::max(cost, 1U));
    return interval_ > window_ / times ? window_ : interval_ * times;
  }
  std::optional<Duration> over(TimePoint next, TimePoint now) const {
    if (unlimited() || next - now <= window_) return std::nullopt;
    return next - now - window_;
  }

  Duration interval_{};
  Duration window_{};
};

}  // namespace im
