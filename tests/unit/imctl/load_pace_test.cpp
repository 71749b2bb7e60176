#include "tools/imctl/bench/load_pace.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

using std::chrono::seconds;

TEST(LoadPaceTest, GoesByTheRateWhileAllIsAnswered) {
  LoadPace pace(50, 64);
  EXPECT_EQ(pace.take(seconds(0), 0), 1U);
  EXPECT_EQ(pace.take(seconds(1), 0), 50U);
  EXPECT_EQ(pace.take(seconds(1), 0), 0U);
  EXPECT_EQ(pace.take(seconds(2), 0), 50U);
}

TEST(LoadPaceTest, WithoutAnswersNothingMoreBeginsAndWhatIsDueComesLater) {
  LoadPace pace(50, 64);
  EXPECT_EQ(pace.take(seconds(10), 0), 64U);
  EXPECT_EQ(pace.take(seconds(20), 64), 0U);
  EXPECT_EQ(pace.take(seconds(20), 100), 0U) << "more than may be";
  EXPECT_EQ(pace.take(seconds(20), 60), 4U);
  EXPECT_EQ(pace.begun(), 68U);
  EXPECT_EQ(pace.left_out(), 0U);
}

TEST(LoadPaceTest, WhatIsLeftOutIsCountedAndDoesNotComeInABurst) {
  LoadPace pace(100, 10);
  EXPECT_EQ(pace.take(seconds(1), 0), 10U);
  pace.leave_out();
  EXPECT_EQ(pace.left_out(), 91U);
  EXPECT_EQ(pace.take(seconds(1), 0), 0U);
  pace.leave_out();
  EXPECT_EQ(pace.left_out(), 91U) << "once";
  EXPECT_EQ(pace.take(seconds(1) + std::chrono::milliseconds(50), 0), 5U);
}

TEST(LoadPaceTest, NothingIsLeftOutWhileAllIsAnswered) {
  LoadPace pace(500, 10);
  for (int ms = 0; ms <= 1000; ms += 5) {
    pace.take(std::chrono::milliseconds(ms), 0);
    pace.leave_out();
  }
  EXPECT_EQ(pace.begun(), 501U);
  EXPECT_EQ(pace.left_out(), 0U);
}

}  // namespace
}  // namespace im::imctl
