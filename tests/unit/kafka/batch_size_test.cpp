#include "common/kafka/batch_size.hpp"

#include <gtest/gtest.h>

namespace im::kafka {
namespace {

TEST(BatchSize, IsBelowTheLimitOfTheTopic) {
  EXPECT_EQ(batch_size_for(std::nullopt), 1'000'000U);
  EXPECT_EQ(batch_size_for(1'048'588), 1'000'000U);
  EXPECT_EQ(batch_size_for(100'000), 99'488U);
  for (const std::size_t limit : {1U, 100U, 600U, 1'000U, 20'000U, 1'000'100U}) {
    EXPECT_LE(batch_size_for(limit), limit) << limit;
    EXPECT_GE(batch_size_for(limit), std::size_t{1}) << limit;
  }
}

}  // namespace
}  // namespace im::kafka
