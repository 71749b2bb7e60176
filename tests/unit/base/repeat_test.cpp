#include "common/base/repeat.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(RepeatTest, ToldAtOnceThenOnceAMinuteWithTheNumber) {
  Repeat repeat;
  const TimePoint start{std::chrono::hours(1)};
  EXPECT_EQ(repeat.tell(start), 1U);
  EXPECT_EQ(repeat.tell(start + std::chrono::seconds(1)), 0U);
  EXPECT_EQ(repeat.tell(start + std::chrono::seconds(59)), 0U);
  EXPECT_EQ(repeat.tell(start + std::chrono::seconds(60)), 3U);
  EXPECT_EQ(repeat.tell(start + std::chrono::seconds(61)), 0U);
  EXPECT_EQ(repeat.tell(start + std::chrono::hours(1)), 2U);
}

}  // namespace
}  // namespace im
