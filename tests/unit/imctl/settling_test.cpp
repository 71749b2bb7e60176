#include "tools/imctl/bench/settling.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

using std::chrono::seconds;

TimePoint settling_at(int number) { return TimePoint(std::chrono::hours(1)) + seconds(number); }

TEST(Settling, WaitsWhileSomethingComes) {
  Settling settling({.quiet = seconds(10), .longest = seconds(1000)});
  for (int i = 0; i < 100; ++i) settling.tick(settling_at(i * 9), static_cast<std::uint64_t>(i));
  EXPECT_FALSE(settling.over());
  EXPECT_EQ(settling.lasted(), seconds(891));
}

TEST(Settling, IsOverWhenNothingComes) {
  Settling settling({.quiet = seconds(10), .longest = seconds(1000)});
  settling.tick(settling_at(0), 7);
  settling.tick(settling_at(9), 8);
  settling.tick(settling_at(18), 8);
  EXPECT_FALSE(settling.over());
  settling.tick(settling_at(19), 8);
  EXPECT_TRUE(settling.over());
  settling.tick(settling_at(20), 9);
  EXPECT_TRUE(settling.over()) << "it is judged as it was";
}

TEST(Settling, WhatNeverEndsIsCutOff) {
  Settling settling({.quiet = seconds(10), .longest = seconds(30)});
  for (int i = 0; i < 30; ++i) settling.tick(settling_at(i), static_cast<std::uint64_t>(i));
  EXPECT_FALSE(settling.over());
  settling.tick(settling_at(30), 30);
  EXPECT_TRUE(settling.over());
}

}  // namespace
}  // namespace im::imctl
