#include "router/slots/write_behind.hpp"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "router/slots/memory_slot_store.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::router {
namespace {

using namespace std::chrono_literals;

class WriteBehindTest : public testing::Test {
 protected:
  void SetUp() override {
    store_.renew({1, "a"}, 1h, 0, [](const Result<Membership>&) {});
    std::vector<std::size_t> all;
    for (std::size_t slot = 0; slot < kSlots; ++slot) all.push_back(slot);
    store_.claim(1, all, 0, [this](const auto& taken) { epoch_ = taken.value().front().second; });
    writer_.start([this](std::size_t) { return whole_; }, [this](std::size_t slot) { fenced_.push_back(slot); });
    writer_.held(3, epoch_);
  }
  SlotFields stored() {
    SlotFields found;
    store_.load(3, {1, epoch_}, [&found](const Result<SlotFields>& fields) { found = fields.value(); });
    std::sort(found.begin(), found.end());
    return found;
  }
  ManualScheduler scheduler_;
  MemorySlotStore store_{MemorySlotStore::Options{.clock = [this] { return scheduler_.now(); }}};
  WriteBehind writer_{scheduler_, store_, 1};
  std::uint64_t epoch_ = 0;
  std::vector<SlotWrite> whole_;
  std::vector<std::size_t> fenced_;
};

TEST_F(WriteBehindTest, WritesWhatChangedTheLastValueWins) {
  writer_.put(3, "a", "1");
  writer_.put(3, "a", "2");
  writer_.put(3, "b", "3");
  writer_.erase(3, "b");
  EXPECT_TRUE(stored().empty());
  scheduler_.advance(50ms);
  EXPECT_EQ(stored(), (SlotFields{{"a", "2"}}));
  EXPECT_EQ(writer_.stats().written, 1U);
}

TEST_F(WriteBehindTest, AStoreThatWasAwayIsWrittenWhole) {
  writer_.put(3, "old", "1");
  scheduler_.advance(50ms);
  store_.set_down(true);
  writer_.put(3, "lost", "1");
  scheduler_.advance(2s);
  EXPECT_GT(writer_.stats().failed, 0U);
  whole_ = {{"now", "2"}};
  store_.set_down(false);
  scheduler_.advance(1s);
  EXPECT_EQ(stored(), (SlotFields{{"now", "2"}}));
}

TEST_F(WriteBehindTest, SettleWaitsForWhatWasChangedBefore) {
  std::optional<bool> settled;
  writer_.put(3, "a", "1");
  writer_.settle(3, [&settled](bool ok) { settled = ok; });
  EXPECT_FALSE(settled);
  scheduler_.advance(50ms);
  EXPECT_EQ(settled, true);
  EXPECT_EQ(stored().size(), 1U);
  store_.set_down(true);
  writer_.put(3, "a", "2");
  writer_.settle(3, [&settled](bool ok) { settled = ok; });
  scheduler_.advance(50ms);
  EXPECT_EQ(settled, false);
}

TEST_F(WriteBehindTest, AnOldEpochIsRefusedAndTold) {
  writer_.held(3, epoch_ - 1);
  writer_.put(3, "a", "1");
  scheduler_.advance(50ms);
  EXPECT_EQ(fenced_, std::vector<std::size_t>{3});
  EXPECT_TRUE(stored().empty());
}

TEST_F(WriteBehindTest, AfterARefusalNothingIsSettledUntilTheSlotIsHeldAnew) {
  writer_.held(3, epoch_ - 1);
  writer_.put(3, "a", "1");
  scheduler_.advance(50ms);
  ASSERT_EQ(fenced_, (std::vector<std::size_t>{3}));
  std::optional<bool> settled;
  const auto note = [&settled](bool ok) { settled = ok; };
  writer_.settle(3, note);
  scheduler_.advance(50ms);
  EXPECT_EQ(settled, false);  // "a" is not in the store
  settled.reset();
  writer_.held(3, epoch_);
  whole_ = {{"a", "1"}};
  writer_.rewrite(3);
  writer_.settle(3, note);
  scheduler_.advance(50ms);
  EXPECT_EQ(settled, true);
  EXPECT_EQ(stored(), (SlotFields{{"a", "1"}}));
}

TEST_F(WriteBehindTest, ASlotThatGoesWhileAllOfItIsToBeWrittenIsNotWrittenEmpty) {
  writer_.put(3, "a", "1");
  scheduler_.advance(50ms);
  store_.set_down(true);
  writer_.put(3, "b", "2");
  scheduler_.advance(2s);
  whole_ = {{"a", "1"}, {"b", "2"}};
  writer_.keep(3);
  whole_.clear();  // the board has forgotten the slot
  writer_.put(3, "c", "3");
  writer_.erase(3, "a");
  std::optional<bool> settled;
  writer_.settle(3, [&settled](bool ok) { settled = ok; });
  store_.set_down(false);
  scheduler_.advance(1s);
  EXPECT_EQ(settled, true);
  EXPECT_EQ(stored(), (SlotFields{{"b", "2"}, {"c", "3"}}));
}

TEST_F(WriteBehindTest, WhatIsNotOursIsNotWritten) {
  writer_.put(4, "a", "1");
  scheduler_.advance(50ms);
  EXPECT_EQ(writer_.stats().written, 0U);
  EXPECT_TRUE(fenced_.empty());
}

}  // namespace
}  // namespace im::router
