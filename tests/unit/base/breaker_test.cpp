#include "common/base/breaker.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

constexpr Breaker::Limits kThree{.unanswered = 3, .pause = std::chrono::seconds(5)};

TimePoint at(int seconds) { return TimePoint{} + std::chrono::seconds(1000 + seconds); }

/// Three calls in the second 0 had no answer.
class OpenBreaker : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 3; ++i) {
      EXPECT_TRUE(breaker_.admit(at(0)));
      EXPECT_EQ(breaker_.unanswered(at(0), at(0)), i == 3) << i;
    }
    ASSERT_TRUE(breaker_.is_open());
  }
  Breaker breaker_{kThree};
};

TEST(Breaker, OnlyCallsInARowCount) {
  Breaker breaker(kThree);
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(breaker.unanswered(at(i), at(i)));
    EXPECT_FALSE(breaker.unanswered(at(i), at(i)));
    EXPECT_FALSE(breaker.answered(at(i))) << "it was never open";
    EXPECT_TRUE(breaker.admit(at(i)));
  }
}

TEST_F(OpenBreaker, RefusesAndCounts) {
  EXPECT_FALSE(breaker_.admit(at(0)));
  EXPECT_FALSE(breaker_.admit(at(4)));
  EXPECT_EQ(breaker_.refused(), 2U);
}

TEST_F(OpenBreaker, OneCallInEachPauseFindsOut) {
  EXPECT_TRUE(breaker_.admit(at(5)));
  EXPECT_FALSE(breaker_.admit(at(5))) << "the others do not wait with it";
  EXPECT_FALSE(breaker_.unanswered(at(9), at(5))) << "it is open already";
  EXPECT_TRUE(breaker_.admit(at(10)));
}

TEST_F(OpenBreaker, AnAnswerClosesIt) {
  EXPECT_TRUE(breaker_.admit(at(5)));
  EXPECT_TRUE(breaker_.answered(at(6)));
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_TRUE(breaker_.admit(at(6)));
  EXPECT_FALSE(breaker_.unanswered(at(7), at(6))) << "it counts anew";
}

/// Large calls that hung with the others have longer to end, and end together when all is well again.
TEST_F(OpenBreaker, WhatBeganBeforeTheLastAnswerSaysNothing) {
  ASSERT_TRUE(breaker_.admit(at(5)));
  ASSERT_TRUE(breaker_.answered(at(6)));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(breaker_.unanswered(at(30), at(0))) << i;
  EXPECT_FALSE(breaker_.is_open());
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(breaker_.unanswered(at(40), at(35)), i == 3) << "those do";
}

}  // namespace
}  // namespace im
