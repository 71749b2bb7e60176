#include "job/settlement.hpp"

#include <map>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace im::job {
namespace {

TEST(SettlementTest, MovesOverWhatIsSettledWithoutAHole) {
  Settlement settlement;
  const auto held = settlement.open(0);
  for (int offset = 10; offset < 13; ++offset) settlement.add(0, offset, 1, 100);
  settlement.settle(0, held, 11);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  settlement.settle(0, held, 10);
  EXPECT_EQ(settlement.take_watermark(0), 12);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  EXPECT_EQ(settlement.unsettled_records(), 1U);
  EXPECT_GE(settlement.unsettled_bytes(), 100U);
  settlement.settle(0, held, 12);
  EXPECT_EQ(settlement.unsettled_bytes(), 0U);
}

TEST(SettlementTest, ASettledRecordBehindAHoleCostsAlmostNothing) {
  Settlement settlement;
  const auto held = settlement.open(0);
  settlement.add(0, 1, 1, 10);
  for (int offset = 2; offset < 5; ++offset) {
    settlement.add(0, offset, 1, 100000);
    settlement.settle(0, held, offset);
  }
  EXPECT_LT(settlement.unsettled_bytes(), 1000U);
  EXPECT_EQ(settlement.unsettled_records(), 4U);
  settlement.close(0);
  EXPECT_EQ(settlement.unsettled_bytes(), 0U);
}

TEST(SettlementTest, NothingIsCommittedFromADebtOnUntilItIsPaid) {
  Settlement settlement;
  const auto held = settlement.open(0);
  for (int offset = 0; offset < 5; ++offset) settlement.add(0, offset, 1, 100);
  const Debt debt{0, held, 2};
  settlement.owe(debt);
  settlement.owe(debt);  // two comets
  settlement.owe({0, held + 1, 0});
  for (int offset = 0; offset < 5; ++offset) settlement.settle(0, held, offset);
  EXPECT_EQ(settlement.take_watermark(0), 2);
  EXPECT_EQ(settlement.unsettled_bytes(), 0U) << "a debt keeps no record";
  settlement.pay(debt);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  EXPECT_EQ(settlement.debts(), 1U);
  settlement.pay(debt);
  EXPECT_EQ(settlement.take_watermark(0), 5);
}

TEST(SettlementTest, WaitsForEveryPart) {
  Settlement settlement;
  const auto held = settlement.open(0);
  settlement.add(0, 5, 2, 1);
  settlement.settle(0, held, 5);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  settlement.settle(0, held, 5);
  EXPECT_EQ(settlement.take_watermark(0), 6);
}

TEST(SettlementTest, ARecordWithoutPartsIsSettledInItsTurn) {
  Settlement settlement;
  const auto held = settlement.open(0);
  settlement.add(0, 1, 1, 1);
  settlement.add(0, 2, 0, 1);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  settlement.settle(0, held, 1);
  EXPECT_EQ(settlement.take_watermark(0), 3);
}

TEST(SettlementTest, LateOnesOfAnEarlierHoldingChangeNothing) {
  Settlement settlement;
  const auto first = settlement.open(0);
  settlement.add(0, 7, 1, 50);
  settlement.close(0);
  EXPECT_EQ(settlement.unsettled_bytes(), 0U);
  settlement.settle(0, first, 7);
  const auto second = settlement.open(0);
  EXPECT_NE(first, second);
  settlement.add(0, 7, 1, 50);
  settlement.settle(0, first, 7);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  settlement.settle(0, second, 7);
  EXPECT_EQ(settlement.take_watermark(0), 8);
}

TEST(SettlementTest, OffsetsMayHaveHolesAndStrangersAreIgnored) {
  Settlement settlement;
  const auto held = settlement.open(0);
  settlement.add(0, 10, 1, 1);
  settlement.add(0, 20, 1, 1);
  settlement.settle(0, held, 15);
  settlement.settle(1, held, 10);
  EXPECT_EQ(settlement.take_watermark(0), std::nullopt);
  settlement.settle(0, held, 10);
  settlement.settle(0, held, 20);
  EXPECT_EQ(settlement.take_watermark(0), 21);
}

// Parts settled in any order over several partitions, with holdings that end: the watermark is what a model says.
TEST(SettlementTest, RandomModel) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    const auto dice = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Settlement settlement;
    using Part = std::tuple<std::int32_t, std::uint64_t, std::int64_t>;
    std::vector<Part> open_parts;
    std::map<std::int32_t, std::map<std::int64_t, int>> model;  // partition → offset → parts left
    std::map<std::int32_t, std::int64_t> next, mark;
    for (int partition = 0; partition < 3; ++partition) settlement.open(partition);
    for (int step = 0; step < 3000; ++step) {
      const int partition = dice(3);
      const int what = dice(100);
      if (what < 45) {
        const int parts = dice(4);
        const auto offset = next[partition]++;
        settlement.add(partition, offset, static_cast<std::size_t>(parts), 1);
        model[partition][offset] = parts;
        for (int i = 0; i < parts; ++i) open_parts.emplace_back(partition, settlement.assignment(partition), offset);
      } else if (what < 98 && !open_parts.empty()) {
        const auto at = open_parts.begin() + dice(static_cast<int>(open_parts.size()));
        const auto [p, assignment, offset] = *at;
        open_parts.erase(at);
        if (assignment == settlement.assignment(p)) --model[p][offset];
        settlement.settle(p, assignment, offset);
      } else if (what >= 98) {
        settlement.open(partition);
        model[partition].clear();
        next[partition] = mark[partition];  // a new holding reads again from what was committed
      }
      for (int p = 0; p < 3; ++p) {
        auto& entries = model[p];
        std::optional<std::int64_t> expected;
        while (!entries.empty() && entries.begin()->second == 0) {
          expected = entries.begin()->first + 1;
          entries.erase(entries.begin());
        }
        ASSERT_EQ(settlement.take_watermark(p), expected) << "seed " << seed << " step " << step;
        if (expected) mark[p] = *expected;
      }
    }
  }
}

}  // namespace
}  // namespace im::job
