#include "common/kafka/produce_lanes.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace im::kafka {
namespace {

using namespace std::chrono_literals;

struct Item {
  int number;
  std::size_t size;
  std::size_t bytes() const { return size; }
};
using ItemPtr = std::unique_ptr<Item>;

class ProduceLanesTest : public testing::Test {
 protected:
  ProduceLanesTest() { lanes_.resize(2); }

  /// As the producer does: goes at once when its lane is free.
  bool offer(std::int32_t lane, int number, std::size_t size = 10) {
    if (lanes_.free(lane)) {
      lanes_.sent(lane, now_);
      return true;
    }
    lanes_.wait(lane, std::make_unique<Item>(Item{number, size}));
    return false;
  }
  std::vector<int> numbers(const std::vector<ItemPtr>& lot) {
    std::vector<int> all;
    for (const ItemPtr& item : lot) all.push_back(item->number);
    return all;
  }
  void send(std::int32_t lane, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) lanes_.sent(lane, now_);
  }

  ProduceLanes<ItemPtr> lanes_;
  TimePoint now_ = TimePoint{} + 1h;
};

using Numbers = std::vector<int>;

TEST_F(ProduceLanesTest, AnIdleLaneIsWrittenAtOnceAndOthersDoNotHoldItBack) {
  EXPECT_TRUE(offer(0, 1));
  EXPECT_TRUE(offer(1, 2));
  EXPECT_FALSE(offer(0, 3));
  EXPECT_TRUE(lanes_.done(1).empty());
  EXPECT_TRUE(offer(1, 4));
}

TEST_F(ProduceLanesTest, WhatComesMeanwhileGoesTogetherAndInOrder) {
  offer(0, 1);
  for (int i = 2; i < 6; ++i) offer(0, i);
  const auto lot = lanes_.done(0);
  EXPECT_EQ(numbers(lot), (Numbers{2, 3, 4, 5}));
  send(0, lot.size());
  offer(0, 6);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(lanes_.done(0).empty());  // the lot is not whole yet
  EXPECT_EQ(numbers(lanes_.done(0)), Numbers{6});
}

TEST_F(ProduceLanesTest, ALotIsBoundedInBytesAndNobodyOvertakes) {
  using Lanes = ProduceLanes<ItemPtr>;
  offer(0, 1);
  offer(0, 2, Lanes::kLotBytes);
  offer(0, 3, 1);
  EXPECT_EQ(numbers(lanes_.done(0)), Numbers{2});
  // The lot was refused by the client library, so nothing is under way: 4 comes behind 3 all the same.
  EXPECT_FALSE(offer(0, 4));
  EXPECT_EQ(numbers(lanes_.take_back()), (Numbers{3, 4}));
}

TEST_F(ProduceLanesTest, ASlowAnswerHoldsNothingBackForLong) {
  offer(0, 1);
  offer(0, 2);
  EXPECT_TRUE(lanes_.overdue(now_ + 99ms).empty());
  EXPECT_EQ(numbers(lanes_.overdue(now_ + 100ms)), Numbers{2});
}

TEST_F(ProduceLanesTest, WithoutLanesEverythingGoesAndLateAnswersDoNoHarm) {
  offer(0, 1);
  lanes_.resize(0);
  EXPECT_TRUE(offer(0, 2));
  EXPECT_TRUE(offer(-1, 3));
  lanes_.resize(2);
  EXPECT_TRUE(lanes_.done(0).empty());
  EXPECT_TRUE(offer(0, 4));
  EXPECT_FALSE(offer(0, 5));
}

}  // namespace
}  // namespace im::kafka
