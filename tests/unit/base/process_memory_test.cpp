#include "common/base/process_memory.hpp"

#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(ProcessMemory, SeesWhatThisProcessTakes) {
  constexpr std::size_t kSize = 32 << 20;
  const auto before = memory_of(::getpid());
  const std::vector<char> touched(kSize, 'x');
  const auto after = memory_of(::getpid());
  ASSERT_TRUE(before && after);
  EXPECT_GE(after->anonymous, before->anonymous + kSize - (4 << 20)) << touched.back();
  EXPECT_GT(after->resident, after->anonymous);
}

TEST(ProcessMemory, OfNobodyIsNothing) { EXPECT_FALSE(memory_of(-1)); }

}  // namespace
}  // namespace im
