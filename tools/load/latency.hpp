#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>

namespace im::load {

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// When each message of each stream was due to be sent: an open-loop load counts the wait of a late sender too.
class SendTimes {
 public:
  SendTimes(std::size_t streams, std::size_t messages)
      : messages_(messages), times_(std::make_unique<std::atomic<std::int64_t>[]>(streams * messages)) {}
  void set(std::uint32_t stream, std::uint32_t number, std::int64_t at) {
    times_[stream * messages_ + number].store(at, std::memory_order_relaxed);
  }
  std::int64_t at(std::uint32_t stream, std::uint32_t number) const {
    return number < messages_ ? times_[stream * messages_ + number].load(std::memory_order_relaxed) : 0;
  }

 private:
  std::size_t messages_;
  std::unique_ptr<std::atomic<std::int64_t>[]> times_;
};

/// Histogram of durations with buckets 6 % wide.
class Latency {
 public:
  void add(std::int64_t ns) { ++buckets_[index(ns < 1 ? 1 : static_cast<std::uint64_t>(ns))]; }
  void add(const Latency& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  }
  std::uint64_t count() const {
    std::uint64_t total = 0;
    for (const auto bucket : buckets_) total += bucket;
    return total;
  }
  /// Milliseconds below which `share` (0..1) of the values lie; 0 without values.
  double quantile_ms(double share) const {
    const auto total = count();
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total));
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      sum += buckets_[i];
      if (sum > wanted || (sum == total && total > 0)) return static_cast<double>(lower(i + 1)) / 1e6;
    }
    return 0;
  }

  /// Calls `each(from_ns, to_ns, count)` for every bucket that has values, in their order.
  template <class Each>
  void for_each_bucket(Each&& each) const {
    for (std::size_t i = 0; i < buckets_.size(); ++i)
      if (buckets_[i] != 0) each(lower(i), lower(i + 1), buckets_[i]);
  }

 private:
  static constexpr unsigned kSubBits = 4;
  static std::size_t index(std::uint64_t value) {
    if (value < (1U << kSubBits)) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kSubBits;
    return (static_cast<std::size_t>(shift + 1) << kSubBits) + ((value >> shift) & ((1U << kSubBits) - 1));
  }
  static std::uint64_t lower(std::size_t i) {
    if (i < (1U << kSubBits)) return i;
    const std::size_t shift = (i >> kSubBits) - 1;
    return ((std::uint64_t{1} << kSubBits) + (i & ((1U << kSubBits) - 1))) << shift;
  }
  std::array<std::uint64_t, 1024> buckets_{};
};

}  // namespace im::load
