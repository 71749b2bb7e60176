#include "comet/edge/own_table.hpp"

#include <algorithm>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im::comet {
namespace {

TEST(OwnTable, HoldsWhatIsKeptUnderTheSameNumbersAndNothingElse) {
  const int kept = ::open("/dev/null", O_RDONLY | O_CLOEXEC), left = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(std::min(kept, left), 0);
  const std::vector<int> before = open_descriptors();
  std::vector<int> inside;
  thread_with_table({STDERR_FILENO, kept}, [&] {
    inside = open_descriptors();
    ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(kept);
  }).join();
  EXPECT_EQ(inside, (std::vector<int>{STDERR_FILENO, kept}));
  EXPECT_EQ(open_descriptors(), before) << "what a thread opens and closes in its table is nobody else's";
  EXPECT_EQ(::close(kept), 0);
  EXPECT_EQ(::close(left), 0);
}

TEST(OwnTable, TryingTakesNothing) {
  const std::vector<int> before = open_descriptors();
  EXPECT_TRUE(own_tables_work());
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace im::comet
