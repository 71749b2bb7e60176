#include "common/base/rate.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace im {
namespace {

using std::chrono::milliseconds;

constexpr TimePoint kStart{std::chrono::hours(1)};

TEST(RateTest, WithoutARateEverythingPasses) {
  const Rate rate;
  TimePoint full_at{};
  EXPECT_TRUE(rate.unlimited());
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(rate.take(full_at, kStart));
  EXPECT_TRUE(Rate(0, 5).unlimited());
}

TEST(RateTest, ACostlyOneTakesMoreAndNeverMoreThanTheBurst) {
  const Rate rate(10, 8);
  TimePoint full_at{};
  EXPECT_FALSE(rate.take(full_at, kStart, 5));
  EXPECT_EQ(rate.take(full_at, kStart, 5), milliseconds(200));
  EXPECT_FALSE(rate.take(full_at, kStart, 3));
  EXPECT_FALSE(rate.take(full_at, kStart + milliseconds(800), 1000));
  EXPECT_EQ(rate.take(full_at, kStart + milliseconds(800)), milliseconds(100));
  TimePoint rare{};
  EXPECT_FALSE(Rate(1e-9, 2).take(rare, kStart, 1000000));
}

TEST(RateTest, TheBurstAtOnceThenTheRate) {
  const Rate rate(10, 3);
  TimePoint full_at{};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(rate.take(full_at, kStart)) << i;
  EXPECT_EQ(rate.take(full_at, kStart), milliseconds(100));
  EXPECT_EQ(rate.take(full_at, kStart + milliseconds(40)), milliseconds(60));
  EXPECT_FALSE(rate.take(full_at, kStart + milliseconds(100)));
  EXPECT_TRUE(rate.take(full_at, kStart + milliseconds(100)));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(rate.take(full_at, kStart + std::chrono::hours(1))) << i;
  EXPECT_TRUE(rate.take(full_at, kStart + std::chrono::hours(1)));
}

TEST(RateTest, LookingTakesNothing) {
  const Rate rate(1, 1);
  TimePoint full_at{};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(rate.look(full_at, kStart));
  EXPECT_FALSE(rate.take(full_at, kStart));
  EXPECT_EQ(rate.look(full_at, kStart), std::chrono::seconds(1));
}

TEST(RateTest, ABurstBelowOneIsOne) {
  const Rate rate(0.5, 0);
  TimePoint full_at{};
  EXPECT_FALSE(rate.take(full_at, kStart));
  EXPECT_EQ(rate.take(full_at, kStart), std::chrono::seconds(2));
}

TEST(RateTest, ARateNearZeroDoesNotOverflow) {
  const Rate rate(1e-300, 1e300);
  TimePoint full_at{};
  EXPECT_FALSE(rate.take(full_at, kStart));
}

TEST(RateTest, SeveralThreadsTakeNoMoreThanThereIs) {
  const Rate rate(0.001, 500);
  std::atomic<TimePoint> full_at{};
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 400; ++n) taken += rate.take(full_at, kStart) ? 0 : 1;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 500);
}

}  // namespace
}  // namespace im
