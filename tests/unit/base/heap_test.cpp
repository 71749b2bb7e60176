#include "common/base/heap.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(BurstWatch, TellsTheEndOfEachBurstOnce) {
  BurstWatch watch;
  EXPECT_FALSE(watch.over(10, false)) << "too few";
  EXPECT_FALSE(watch.over(5000, false)) << "they still come";
  EXPECT_FALSE(watch.over(5010, true)) << "one is under way";
  EXPECT_TRUE(watch.over(5020, false));
  EXPECT_FALSE(watch.over(5020, false));
  EXPECT_FALSE(watch.over(7000, false));
  EXPECT_TRUE(watch.over(7000, false));
}

}  // namespace
}  // namespace im
