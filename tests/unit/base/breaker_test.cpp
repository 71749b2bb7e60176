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
      EXPECT_EQ(breaker_.unanswered(at(0)), i == 3) << i;
    }
    ASSERT_TRUE(breaker_.is_open());
  }
  Breaker breaker_{kThree};
};

TEST(Breaker, OnlyCallsInARowCount) {
  Breaker breaker(kThree);
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(breaker.unanswered(at(i)));
    EXPECT_FALSE(breaker.unanswered(at(i)));
    EXPECT_FALSE(breaker.answered()) << "it was never open";
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
  EXPECT_FALSE(breaker_.unanswered(at(9))) << "it is open already";
  EXPECT_TRUE(breaker_.admit(at(10)));
}

TEST_F(OpenBreaker, AnAnswerClosesIt) {
  EXPECT_TRUE(breaker_.admit(at(5)));
  EXPECT_TRUE(breaker_.answered());
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_TRUE(breaker_.admit(at(5)));
  EXPECT_FALSE(breaker_.unanswered(at(6))) << "it counts anew";
}

}  // namespace
}  // namespace im
