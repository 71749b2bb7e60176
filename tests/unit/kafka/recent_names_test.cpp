#include "common/kafka/recent_names.hpp"

#include <gtest/gtest.h>

#include "common/kafka/copy_filter.hpp"

namespace im::kafka {
namespace {

TEST(RecentNames, TheSameNameFurtherOnIsACopy) {
  RecentNames names;
  EXPECT_FALSE(names.copy({1, 1}, 100));
  EXPECT_FALSE(names.copy({1, 2}, 101));
  EXPECT_FALSE(names.copy({2, 1}, 102)) << "of another producer";
  EXPECT_TRUE(names.copy({1, 2}, 103));
  EXPECT_TRUE(names.copy({1, 2}, 104)) << "and once more";
}

TEST(RecentNames, WhatIsReadAgainAtItsPlaceIsNone) {
  RecentNames names;
  EXPECT_FALSE(names.copy({1, 1}, 100));
  EXPECT_TRUE(names.copy({1, 1}, 105));
  EXPECT_FALSE(names.copy({1, 1}, 100)) << "the partition came back, and nothing of it was committed";
  EXPECT_TRUE(names.copy({1, 1}, 105));
}

TEST(RecentNames, OldOnesAreForgotten) {
  RecentNames names(2);
  for (std::uint64_t serial = 1; serial <= 3; ++serial)
    EXPECT_FALSE(names.copy({1, serial}, static_cast<std::int64_t>(serial)));
  EXPECT_TRUE(names.copy({1, 2}, 10));
  EXPECT_FALSE(names.copy({1, 1}, 11));
}

TEST(CopyFilter, KnowsEachPartitionByItselfAndNothingOfAnotherLog) {
  CopyFilter filter;
  EXPECT_FALSE(filter.is_copy(0, 100, {1, 1}));
  EXPECT_FALSE(filter.is_copy(1, 100, {1, 2}));
  EXPECT_FALSE(filter.is_copy(2, 7, {1, 1})) << "the producer took another partition";
  EXPECT_TRUE(filter.is_copy(0, 101, {1, 1}));
  filter.forget(0);  // its log was replaced, or cut off before 100
  EXPECT_FALSE(filter.is_copy(0, 90, {1, 1})) << "maybe nobody got it";
  EXPECT_TRUE(filter.is_copy(1, 101, {1, 2}));
}

TEST(RecordName, IsReadAsItWasWritten) {
  const RecordName name{0x1122334455667788, 7};
  EXPECT_EQ(RecordName::read(name.bytes()), name);
  EXPECT_EQ(RecordName::read("short"), std::nullopt);
}

}  // namespace
}  // namespace im::kafka
