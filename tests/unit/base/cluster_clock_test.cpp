#include "common/base/cluster_clock.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

using namespace std::chrono_literals;
constexpr TimePoint kBegin{1000s};
constexpr std::int64_t kHour = 3'600'000'000;

TEST(ClusterClock, IsUnknownUntilSomebodyTellsIt) {
  ClusterClock clock;
  EXPECT_EQ(clock.at(kBegin), 0);
  clock.heard(5'000'000, kBegin);
  EXPECT_EQ(clock.at(kBegin), 5'000'000);
  EXPECT_EQ(clock.at(kBegin + 2s), 7'000'000);
}

TEST(ClusterClock, TheReadingThatWasUnderWayForTheShortestTimeCounts) {
  ClusterClock clock;
  clock.heard(10'000'000 - 400'000, kBegin);
  clock.heard(11'000'000 - 1'000, kBegin + 1s);
  clock.heard(12'000'000 - 900'000, kBegin + 2s);
  EXPECT_NEAR(static_cast<double>(clock.at(kBegin + 2s)), 12'000'000 - 1'000, 200);
}

TEST(ClusterClock, WhoTakesOverGoesOnWithTheTimeOfTheOneBefore) {
  ClusterClock clock;
  clock.heard(kHour, kBegin);
  clock.lead(2 * kHour, kBegin + 1s);  // its own wall clock is an hour ahead
  EXPECT_EQ(clock.at(kBegin + 1s), kHour + 1'000'000);
  ClusterClock first;
  first.lead(2 * kHour, kBegin);
  EXPECT_EQ(first.at(kBegin), 2 * kHour);
}

TEST(ClusterClock, NeverGoesBack) {
  ClusterClock clock;
  std::int64_t last = 0;
  for (int i = 0; i < 1000; ++i) {
    const TimePoint now = kBegin + i * 100ms;
    clock.heard(kHour + (i % 7) * 1000 - i * 10, now);
    EXPECT_GE(clock.at(now), last);
    last = clock.at(now);
  }
}

TEST(ClusterClock, AWrongGuessOfTheOneWhoLeadsIsPutRightByThoseWhoKnow) {
  ClusterClock leader, comet;
  comet.heard(2 * kHour, kBegin);
  leader.lead(kHour, kBegin);
  leader.heard(comet.at(kBegin + 1s), kBegin + 1s);
  EXPECT_EQ(leader.at(kBegin + 1s), comet.at(kBegin + 1s));
}

TEST(LoginOrder, GrowsWithTimeAndKeepsTheFormOfMintedEpochs) {
  EXPECT_EQ(login_order(5'000, 0), std::uint64_t{5} << 20);
  EXPECT_LT(login_order(5'999, 1023), std::uint64_t{6} << 20);
  EXPECT_LT(login_order(5'001, 1023), login_order(5'002, 0));
  EXPECT_NE(login_order(5'001, 1), login_order(5'001, 2));
}

}  // namespace
}  // namespace im
