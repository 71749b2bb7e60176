#include "comet/cluster/batch_pace.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using namespace std::chrono_literals;
using Code = Error::Code;

class BatchPaceTest : public testing::Test {
 protected:
  std::optional<Duration> fails(Code why, std::size_t size, double random = 0.5) {
    pace_.due();
    return pace_.failed(why, size, now_, random);
  }
  TimePoint now_{1h};
  BatchPace pace_{1000};
};

TEST_F(BatchPaceTest, WaitsOnceAfterAFailureAndLongerAfterTheNext) {
  EXPECT_FALSE(pace_.waiting());
  const auto first = fails(Code::kUnavailable, 10);
  EXPECT_TRUE(pace_.waiting());
  const auto second = fails(Code::kUnavailable, 10);
  ASSERT_TRUE(first && second);
  EXPECT_GT(*second, *first);
  EXPECT_LE(*first, 200ms);
  for (int i = 0; i < 20; ++i) EXPECT_LE(*fails(Code::kUnavailable, 10, 0.99), 1s);
  pace_.due();
  EXPECT_FALSE(pace_.waiting());
}

TEST_F(BatchPaceTest, WaitsHaveChanceInThem) {
  BatchPace other(1000);
  EXPECT_NE(*fails(Code::kUnavailable, 10, 0.1), *other.failed(Code::kUnavailable, 10, now_, 0.9));
}

TEST_F(BatchPaceTest, AWayThatIsBrokenChangesNothingInTheBatch) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(fails(i % 2 == 0 ? Code::kUnavailable : Code::kConflict, 1));
  EXPECT_EQ(pace_.limit(), 1000U);
}

TEST_F(BatchPaceTest, ARefusedBatchComesInHalvesAndGrowsAgain) {
  EXPECT_TRUE(fails(Code::kInternal, 600));
  EXPECT_EQ(pace_.limit(), 300U);
  EXPECT_TRUE(fails(Code::kOverloaded, 300));
  EXPECT_EQ(pace_.limit(), 150U);
  pace_.taken();
  EXPECT_EQ(pace_.limit(), 300U);
  for (int i = 0; i < 10; ++i) pace_.taken();
  EXPECT_EQ(pace_.limit(), 1000U);
}

TEST_F(BatchPaceTest, AnEntryThatIsRefusedAloneIsDroppedAfterSomeTries) {
  EXPECT_TRUE(fails(Code::kInvalid, 2));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(fails(Code::kInvalid, 1));
  EXPECT_FALSE(fails(Code::kInvalid, 1));
  EXPECT_GT(pace_.limit(), 1U);
}

TEST_F(BatchPaceTest, KnowsForHowLongNothingWasTaken) {
  EXPECT_EQ(pace_.failing_for(now_), 0s);
  fails(Code::kUnavailable, 5);
  now_ += 12s;
  fails(Code::kUnavailable, 5);
  EXPECT_EQ(pace_.failing_for(now_), 12s);
  pace_.taken();
  EXPECT_EQ(pace_.failing_for(now_), 0s);
}

}  // namespace
}  // namespace im::comet
