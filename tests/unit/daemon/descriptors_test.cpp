#include "common/daemon/descriptors.hpp"

#include <sys/resource.h>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(Descriptors, AnEighthIsTheDaemonsOwnWithinBounds) {
  EXPECT_EQ(split_descriptors(1024).for_clients(), 896U);
  EXPECT_EQ(split_descriptors(256).for_clients(), 192U);
  EXPECT_EQ(split_descriptors(1'000'000).for_clients(), 998'976U);
  EXPECT_EQ(split_descriptors(32).for_clients(), 0U);
}

TEST(Descriptors, LimitsAreCutToWhatThereIs) {
  EXPECT_EQ(clamp_to_descriptors("x.y", 100, 896), 100U);
  EXPECT_EQ(clamp_to_descriptors("x.y", 10'000, 896), 896U);
  EXPECT_EQ(clamp_to_descriptors("x.y", 0, 896), 896U);
}

TEST(Descriptors, TheSoftLimitIsRaised) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 100;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_GT(raise_descriptors().limit, 100U);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace im
