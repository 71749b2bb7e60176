#include "common/base/clock.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(ClockTest, MonotonicTimeDoesNotGoBack) {
  const TimePoint before = monotonic_now();
  EXPECT_LE(before, monotonic_now());
}

TEST(ClockTest, UnixTimeIsInMilliseconds) {
  constexpr std::int64_t k2024 = 1704067200000;
  constexpr std::int64_t k2100 = 4102444800000;
  EXPECT_GT(unix_ms(), k2024);
  EXPECT_LT(unix_ms(), k2100);
}

}  // namespace
}  // namespace im
