#include "common/kafka/log_position.hpp"

#include <gtest/gtest.h>

namespace im::kafka {
namespace {

constexpr LogEnds kLog{100, 1000};

TEST(StartPositionTest, GoesOnAtWhatWasCommitted) {
  for (const std::int64_t committed : {100, 500, 1000}) {
    const auto start = start_position(committed, kLog);
    EXPECT_EQ(start.start, committed);
    EXPECT_FALSE(start.log_began_anew);
    EXPECT_FALSE(start.lost);
  }
}

TEST(StartPositionTest, WithoutCommitTheLogIsNewOnlyWhenItIsWhole) {
  EXPECT_TRUE(start_position(-1, LogEnds{0, 5}).log_began_anew);
  EXPECT_EQ(start_position(-1, LogEnds{0, 5}).start, 0);
  EXPECT_FALSE(start_position(-1, kLog).log_began_anew);
  EXPECT_EQ(start_position(-1, kLog).start, 100);
}

TEST(StartPositionTest, WhatRetentionDeletedUnreadIsLostAndSaid) {
  const auto start = start_position(60, kLog);
  EXPECT_EQ(start.start, 100);
  EXPECT_FALSE(start.log_began_anew);
  EXPECT_EQ(start.lost, (OffsetRange{60, 100}));
}

TEST(StartPositionTest, ALogThatLostItsEndIsNotReadFromItsBeginningAgain) {
  const auto start = start_position(1002, kLog);
  EXPECT_EQ(start.start, 1000);
  EXPECT_TRUE(start.log_began_anew) << "1000 and 1001 will be other records";
  EXPECT_EQ(start.lost, (OffsetRange{1000, 1002}));
}

TEST(StartPositionTest, ALeaderThatDoesNotAnswerProvesNothing) {
  for (const std::int64_t committed : {-1, 0, 60}) {
    const auto start = start_position(committed, std::nullopt);
    EXPECT_EQ(start.start, committed);
    EXPECT_FALSE(start.log_began_anew);
    EXPECT_FALSE(start.lost);
  }
}

TEST(FetchedTest, OrderRepeatsGapsAndACutLog) {
  EXPECT_EQ(judge_fetched(-1, 7, 9), Fetched::kNext);
  EXPECT_EQ(judge_fetched(7, 7, 9), Fetched::kNext);
  EXPECT_EQ(judge_fetched(7, 5, 9), Fetched::kAgain);
  EXPECT_EQ(judge_fetched(7, 5, 7), Fetched::kAgain);
  EXPECT_EQ(judge_fetched(7, 5, -1), Fetched::kAgain);
  EXPECT_EQ(judge_fetched(7, 8, 9), Fetched::kGap);
  EXPECT_EQ(judge_fetched(7, 0, 6), Fetched::kCutShort);
}

}  // namespace
}  // namespace im::kafka
