#include "common/client/backoff.hpp"

#include <gtest/gtest.h>

namespace im::client {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, BoundDoublesUpToMax) {
  Backoff backoff({milliseconds(100), milliseconds(1000), 2.0});
  constexpr double kAlmostOne = 0.999999;
  for (const int bound : {100, 200, 400, 800, 1000, 1000}) EXPECT_EQ(backoff.next(kAlmostOne).count(), bound - 1);
}

TEST(Backoff, FullJitterReachesDownToZero) {
  Backoff backoff({milliseconds(100), milliseconds(1000), 2.0});
  EXPECT_EQ(backoff.next(0.0).count(), 0);
  EXPECT_EQ(backoff.next(0.5).count(), 100);
}

TEST(Backoff, ResetBeginsAnew) {
  Backoff backoff({milliseconds(100), milliseconds(1000), 10.0});
  backoff.next(0.5);
  EXPECT_EQ(backoff.next(0.5).count(), 500);
  backoff.reset();
  EXPECT_EQ(backoff.next(0.5).count(), 50);
}

TEST(Backoff, ABaseAboveMaxIsMax) {
  Backoff backoff({milliseconds(100), milliseconds(10), 2.0});
  EXPECT_EQ(backoff.next(0.5).count(), 5);
  EXPECT_EQ(backoff.next(0.5).count(), 5);
}

}  // namespace
}  // namespace im::client
