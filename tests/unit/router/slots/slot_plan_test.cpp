#include "router/slots/slot_plan.hpp"

#include <set>

#include <gtest/gtest.h>

namespace im::router {
namespace {

std::vector<RouterSeat> seats(std::initializer_list<RouterId> ids) {
  std::vector<RouterSeat> seats;
  for (const RouterId id : ids) seats.push_back({id, "router-" + std::to_string(id) + ":3129"});
  return seats;
}

Membership table(std::vector<RouterSeat> live, const std::function<SlotOwner(std::size_t)>& owner) {
  Membership membership{std::move(live), 1, {}};
  for (std::size_t slot = 0; slot < kSlots; ++slot) membership.slots.push_back(owner(slot));
  return membership;
}

std::size_t moved(const std::vector<RouterSeat>& before, const std::vector<RouterSeat>& after) {
  std::size_t moved = 0;
  for (std::size_t slot = 0; slot < kSlots; ++slot) moved += winner_of(slot, before) != winner_of(slot, after) ? 1 : 0;
  return moved;
}

TEST(SlotPlan, ARouterThatComesOrGoesMovesItsOwnShareOnly) {
  EXPECT_LE(moved(seats({1, 2}), seats({1, 2, 3})), kSlots * (1.0 / 3 + 0.05));
  EXPECT_GE(moved(seats({1, 2}), seats({1, 2, 3})), kSlots * (1.0 / 3 - 0.05));
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const RouterId with = winner_of(slot, seats({1, 2, 3}));
    if (with != 3) {
      EXPECT_EQ(winner_of(slot, seats({2, 1})), with);
    }
  }
}

TEST(SlotPlan, AFreshClusterIsTakenWhole) {
  const auto plan = plan_slots(1, table(seats({1}), [](std::size_t) { return SlotOwner{}; }),
                               std::vector<std::uint64_t>(kSlots), true);
  EXPECT_EQ(plan.claim.size(), kSlots);
  EXPECT_FALSE(plan.waiting);
}

TEST(SlotPlan, ALiveOwnerIsWaitedForADeadOneIsNot) {
  const std::vector<std::uint64_t> none(kSlots);
  const auto owned_by_two = [](std::size_t) { return SlotOwner{2, 7}; };
  const auto waiting = plan_slots(1, table(seats({1, 2}), owned_by_two), none, true);
  EXPECT_TRUE(waiting.claim.empty());
  EXPECT_TRUE(waiting.waiting);
  const auto taking = plan_slots(1, table(seats({1}), owned_by_two), none, true);
  EXPECT_EQ(taking.claim.size(), kSlots);
}

TEST(SlotPlan, WhatBelongsToAnotherByHashIsLetGo) {
  const auto plan = plan_slots(2, table(seats({1, 2}), [](std::size_t) { return SlotOwner{2, 7}; }),
                               std::vector<std::uint64_t>(kSlots, 7), true);
  EXPECT_TRUE(plan.claim.empty());
  for (const std::size_t slot : plan.release) EXPECT_EQ(winner_of(slot, seats({1, 2})), 1U);
  EXPECT_GT(plan.release.size(), kSlots / 3);
}

TEST(SlotPlan, WhatTheStoreGaveToAnotherIsLostAndWhatItForgotIsTakenAgain) {
  const std::vector<std::uint64_t> held(kSlots, 7);
  const auto lost = plan_slots(2, table(seats({1, 2}), [](std::size_t) { return SlotOwner{1, 8}; }), held, true);
  EXPECT_EQ(lost.lost.size(), kSlots);
  const auto emptied = plan_slots(2, table(seats({2}), [](std::size_t) { return SlotOwner{}; }), held, false);
  EXPECT_EQ(emptied.readopt.size(), kSlots);
  EXPECT_TRUE(emptied.lost.empty());
  // A claim that was thought lost and came through after all.
  const auto late = plan_slots(2, table(seats({2}), [](std::size_t) { return SlotOwner{2, 9}; }), held, true);
  EXPECT_EQ(late.readopt.size(), kSlots);
}

TEST(SlotPlan, AfterALossNobodyTakesWhatOthersMayStillHave) {
  const auto plan = plan_slots(1, table(seats({1}), [](std::size_t) { return SlotOwner{}; }),
                               std::vector<std::uint64_t>(kSlots), false);
  EXPECT_TRUE(plan.claim.empty());
  EXPECT_TRUE(plan.waiting);
}

}  // namespace
}  // namespace im::router
