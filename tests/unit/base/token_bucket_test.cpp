#include "common/base/token_bucket.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

using namespace std::chrono_literals;
const TimePoint kFilled = TimePoint{} + 1h;

TEST(TokenBucket, BurstThenRate) {
  TokenBucket bucket(10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(bucket.take(1, kFilled));
  const auto wait = bucket.take(1, kFilled);
  ASSERT_TRUE(wait);
  EXPECT_GE(*wait, 100ms);
  EXPECT_LE(*wait, 101ms);
  EXPECT_TRUE(bucket.take(1, kFilled + 99ms));
  EXPECT_FALSE(bucket.take(1, kFilled + *wait));
  EXPECT_TRUE(bucket.take(1, kFilled + *wait));
}

TEST(TokenBucket, NeverMoreThanTheBurst) {
  TokenBucket bucket(10, 3);
  int taken = 0;
  while (!bucket.take(1, kFilled + 24h)) ++taken;
  EXPECT_EQ(taken, 3);
}

TEST(TokenBucket, ARefusedCostTakesNothing) {
  TokenBucket bucket(1, 5);
  EXPECT_FALSE(bucket.take(3, kFilled));
  EXPECT_TRUE(bucket.take(3, kFilled));
  EXPECT_FALSE(bucket.take(2, kFilled));
}

TEST(TokenBucket, ACostAboveTheBurstNeverFits) {
  TokenBucket bucket(1, 5);
  EXPECT_TRUE(bucket.take(6, kFilled));
  EXPECT_TRUE(bucket.take(6, kFilled + 1h));
}

TEST(TokenBucket, WhatMayOweTakesMoreThanTheBurstFromAFullBucketOnly) {
  TokenBucket bucket(1, 5);
  EXPECT_FALSE(bucket.take_owing(25, kFilled));
  EXPECT_TRUE(bucket.take_owing(1, kFilled + 19s));
  EXPECT_FALSE(bucket.take_owing(1, kFilled + 21s));
  EXPECT_TRUE(bucket.take_owing(25, kFilled + 22s)) << "not full";
  EXPECT_FALSE(bucket.take_owing(25, kFilled + 60s));
}

TEST(TokenBucket, AClockThatStandsStillGivesNothing) {
  TokenBucket bucket(1000, 1);
  EXPECT_FALSE(bucket.take(1, kFilled));
  EXPECT_TRUE(bucket.take(1, kFilled - 1s));
}

}  // namespace
}  // namespace im
