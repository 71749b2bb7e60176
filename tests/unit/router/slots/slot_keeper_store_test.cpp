// The store is away, has forgotten, or cannot be reached by one of them.

#include "tests/unit/router/slots/slot_keeper_fixture.hpp"

namespace im::router {
namespace {

TEST_F(SlotKeeperTest, AStoreThatAnswersNobodyFreezesMembership) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  const std::size_t held = one.keeper.held();
  store_.set_down(true);
  go(30s);
  EXPECT_EQ(one.keeper.standing(), Standing::kFrozen);
  EXPECT_EQ(two.keeper.standing(), Standing::kFrozen);
  EXPECT_EQ(one.keeper.held(), held);
  one.set(one.board.owned._Find_first(), "while it was down");
  store_.set_down(false);
  go(5s);
  EXPECT_EQ(one.keeper.standing(), Standing::kServing);
  EXPECT_EQ(one.keeper.held(), held);
  EXPECT_EQ(served(), kSlots);
}

TEST_F(SlotKeeperTest, AnEmptiedStoreIsFilledAgainAndNobodyLosesSlots) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  const SlotSet owned = one.board.owned;
  const std::size_t mine = owned._Find_first();
  one.set(mine, "kept");
  go(1s);
  store_.forget();
  go(6s);
  EXPECT_EQ(one.board.owned, owned);
  EXPECT_EQ(two.board.owned, ~owned);
  std::string found;
  store_.load(mine, {1, one.keeper.epoch(mine)}, [&found](const Result<SlotFields>& fields) {
    if (fields.ok() && !fields.value().empty()) found = fields.value().front().second;
  });
  EXPECT_EQ(found, "kept");
}

TEST_F(SlotKeeperTest, WhatCouldNotBeLoadedIsNotOverwrittenAndComesLater) {
  Router& one = add(1);
  go(5s);
  for (std::size_t slot = 0; slot < kSlots; ++slot) one.set(slot, "kept");
  go(1s);
  Router& two = add(2);
  two.line.no_loads = true;
  go(10s);
  ASSERT_EQ(served(), kSlots);
  const std::size_t mine = two.board.owned._Find_first();
  ASSERT_LT(mine, kSlots);
  const std::size_t other = two.board.owned._Find_next(mine);
  EXPECT_FALSE(two.board.text.contains(mine));
  two.set(other, "newer");
  go(2s);
  two.line.no_loads = false;
  go(3s);
  EXPECT_EQ(two.board.text[mine], "kept");
  EXPECT_EQ(two.board.text[other], "newer");
  const auto stored = [&](std::size_t slot) {
    std::string found;
    store_.load(slot, {2, two.keeper.epoch(slot)}, [&found](const Result<SlotFields>& fields) {
      if (fields.ok() && !fields.value().empty()) found = fields.value().front().second;
    });
    return found;
  };
  EXPECT_EQ(stored(mine), "kept");
  EXPECT_EQ(stored(other), "newer");
}

// Routers that are frozen find an emptied store one after the other; the first one to find it may be one without slots.
TEST_F(SlotKeeperTest, ARouterWithoutSlotsTakesNothingFromOthersWhenTheStoreWasEmptied) {
  Router& one = add(1);
  Router& two = add(2);
  Router& three = add(3);
  go(5s);
  three.line.cut = true;
  go(20s);
  ASSERT_EQ(three.keeper.held(), 0U);
  const SlotSet owned = one.board.owned;
  ASSERT_EQ(two.board.owned, ~owned);
  store_.set_down(true);
  three.line.cut = false;
  go(10s);
  store_.forget();
  one.line.cut = two.line.cut = true;
  store_.set_down(false);
  go(2s);
  EXPECT_EQ(three.keeper.held(), 0U);
  EXPECT_EQ(one.board.owned, owned);
  one.line.cut = two.line.cut = false;
  go(10s);
  EXPECT_EQ(served(), kSlots);
  EXPECT_EQ(one.keeper.stats().lost + two.keeper.stats().lost, 0U);
}

TEST_F(SlotKeeperTest, AStoreThatForgetsTwiceGivesTheOthersTheirTimeAgain) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  const SlotSet owned = one.board.owned;
  store_.set_down(true);
  go(8s);
  two.line.cut = true;
  store_.forget();
  store_.set_down(false);
  go(3s);
  store_.forget();
  go(3s);
  EXPECT_EQ(one.board.owned, owned);
  two.line.cut = false;
  go(6s);
  EXPECT_EQ(two.board.owned, ~owned);
  EXPECT_EQ(two.keeper.stats().lost, 0U);
}

// A replica that was promoted without the last writes.
TEST_F(SlotKeeperTest, ASlotThatTheStoreWronglyCallsOursGoesToWhomItBelongs) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  const std::size_t slot = two.board.owned._Find_first();
  store_.release(2, {slot}, [](const Result<Ok>&) {});
  store_.claim(1, {slot}, 0, [](const auto&) {});
  go(5s);
  EXPECT_TRUE(two.board.owned[slot]);
  EXPECT_FALSE(one.board.owned[slot]);
  EXPECT_EQ(served(), kSlots);
}

TEST_F(SlotKeeperTest, ARouterCutOffFromTheStoreStopsAnsweringBeforeOthersTakeItsSlots) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  one.line.cut = true;
  go(20s);
  EXPECT_EQ(one.keeper.held(), 0U);
  EXPECT_EQ(one.keeper.stats().given_up, 1U);
  EXPECT_EQ(two.keeper.held(), kSlots);
  one.line.cut = false;
  go(5s);
  EXPECT_GT(one.keeper.held(), 0U);
  EXPECT_EQ(served(), kSlots);
}

}  // namespace
}  // namespace im::router
