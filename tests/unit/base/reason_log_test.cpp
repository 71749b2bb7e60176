#include "common/base/reason_log.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

using namespace std::chrono_literals;
constexpr TimePoint kFirstTime = TimePoint{} + 1h;

TEST(ReasonLog, EachReasonAtOnceAndThenOnceAMinuteWithItsCount) {
  ReasonLog reasons;
  EXPECT_EQ(reasons.tell("the token has expired", kFirstTime), 1U);
  EXPECT_EQ(reasons.tell("the signature does not hold", kFirstTime), 1U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reasons.tell("the token has expired", kFirstTime + 30s), 0U);
  EXPECT_EQ(reasons.tell("the token has expired", kFirstTime + 61s), 6U);
}

TEST(ReasonLog, WhatAnOutsiderWritesMakesNoReasonsOfItsOwn) {
  ReasonLog reasons;
  EXPECT_EQ(reasons.tell("kid \"a\" is not known", kFirstTime), 1U);
  EXPECT_EQ(reasons.tell("kid \"b\"c\" is not known", kFirstTime), 0U);
  std::uint64_t lines = 0;
  for (int i = 0; i < 10'000; ++i) lines += reasons.tell("reason " + std::to_string(i), kFirstTime) > 0 ? 1 : 0;
  EXPECT_LE(lines, 64U);
}

}  // namespace
}  // namespace im
