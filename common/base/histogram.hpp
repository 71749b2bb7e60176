#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "common/base/clock.hpp"

namespace im {

/// How long something took, in fixed steps from half a millisecond to ten seconds. Any thread, without a lock.
class Histogram {
 public:
  static constexpr std::array kBoundsMs{0.5,   1.0,   2.5,   5.0,    10.0,   25.0,   50.0,
                                        100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0};
  static constexpr std::size_t kSteps = kBoundsMs.size() + 1;  ///< the last one is without a bound

  struct View {
    std::array<std::uint64_t, kSteps> counts{};  ///< of each step, not summed up
    double sum_s = 0;

    View& operator+=(const View& other) {
      for (std::size_t step = 0; step < kSteps; ++step) counts[step] += other.counts[step];
      sum_s += other.sum_s;
      return *this;
    }
  };

  void observe(Duration took) {
    const double ms = std::chrono::duration<double, std::milli>(took).count();
    const auto step = std::lower_bound(kBoundsMs.begin(), kBoundsMs.end(), ms) - kBoundsMs.begin();
    counts_[static_cast<std::size_t>(step)].fetch_add(1, std::memory_order_relaxed);
    const auto us = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    sum_us_.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
  }

  View view() const {
    View view;
    for (std::size_t step = 0; step < kSteps; ++step) view.counts[step] = counts_[step].load(std::memory_order_relaxed);
    view.sum_s = static_cast<double>(sum_us_.load(std::memory_order_relaxed)) / 1e6;
    return view;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kSteps> counts_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

}  // namespace im
