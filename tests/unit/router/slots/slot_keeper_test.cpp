#include <random>

#include "tests/unit/router/slots/slot_keeper_fixture.hpp"

namespace im::router {
namespace {

TEST_F(SlotKeeperTest, OneRouterTakesEverything) {
  Router& one = add(1);
  go(1s);
  EXPECT_EQ(one.keeper.held(), kSlots);
  EXPECT_TRUE(one.board.owned.all());
  EXPECT_EQ(one.keeper.standing(), Standing::kServing);
}

TEST_F(SlotKeeperTest, ASecondRouterGetsItsShareWithWhatIsInIt) {
  Router& one = add(1);
  go(1s);
  for (std::size_t slot = 0; slot < kSlots; ++slot) one.set(slot, "of " + std::to_string(slot));
  Router& two = add(2);
  go(5s);
  EXPECT_EQ(one.keeper.held() + two.keeper.held(), kSlots);
  EXPECT_GT(two.keeper.held(), kSlots / 3);
  for (std::size_t slot = 0; slot < kSlots; ++slot)
    EXPECT_EQ((two.board.owned[slot] ? two : one).board.text[slot], "of " + std::to_string(slot));
}

TEST_F(SlotKeeperTest, TheSlotsOfAKilledRouterGoToTheOthersWithHigherEpochs) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  std::map<std::size_t, std::uint64_t> before;
  for (std::size_t slot = 0; slot < kSlots; ++slot) before[slot] = one.keeper.epoch(slot);
  kill(1);
  go(4s);
  EXPECT_LT(two.keeper.held(), kSlots);  // its lease holds
  go(4s);
  EXPECT_EQ(two.keeper.held(), kSlots);
  for (const auto& [slot, epoch] : before) EXPECT_GT(two.keeper.epoch(slot), epoch);
}

TEST_F(SlotKeeperTest, ARouterThatLeavesGivesEverythingAwayBeforeItGoes) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (one.board.owned[slot]) one.set(slot, "last words");
  }
  bool left = false;
  one.keeper.leave(10s, [&left] { left = true; });
  go(3s);
  EXPECT_TRUE(left);
  EXPECT_EQ(one.keeper.held(), 0U);
  EXPECT_EQ(two.keeper.held(), kSlots);
  EXPECT_EQ(std::count_if(two.board.text.begin(), two.board.text.end(),
                          [](const auto& entry) { return entry.second == "last words"; }),
            static_cast<std::ptrdiff_t>(two.board.text.size()));
  EXPECT_GT(two.board.text.size(), kSlots / 3);
}

TEST_F(SlotKeeperTest, NoSlotIsEverServedTwiceWhateverHappens) {
  std::mt19937 random(7);
  RouterId next = 1;
  for (int step = 0; step < 150; ++step) {
    const auto dice = random() % 10;
    const auto pick = [&] {
      return std::next(routers_.begin(), static_cast<std::ptrdiff_t>(random() % routers_.size()));
    };
    if (routers_.size() < 2 || (dice < 2 && routers_.size() < 4)) {
      add(next++);
    } else if (dice == 2) {
      kill(pick()->first);
    } else if (dice == 3) {
      store_.forget();
    } else if (dice == 4) {
      store_.set_down(true);
    } else if (dice == 5) {
      store_.set_down(false);
    } else if (dice < 8) {
      auto& line = pick()->second->line;
      line.cut = !line.cut;
    }
    go(std::chrono::milliseconds(random() % 4000));
    if (HasFatalFailure()) return;
  }
  store_.set_down(false);
  for (const auto& [id, router] : routers_) router->line.cut = false;
  go(30s);
  EXPECT_EQ(served(), kSlots);
}

TEST_F(SlotKeeperTest, NothingIsTakenBeforeAnotherRouterTellsTheTime) {
  add(1);
  go(2s);
  ASSERT_EQ(served(), kSlots);
  peers_hang_ = true;
  add(2);
  go(4s);
  EXPECT_EQ(routers_[2]->keeper.held(), 0U);
  ASSERT_EQ(hanging_.size(), 1U) << "asked once";
  hanging_.front()({PeerLease::kFresh, true});
  go(2s);
  EXPECT_GT(routers_[2]->keeper.held(), 0U);
  EXPECT_EQ(served(), kSlots);
}

TEST_F(SlotKeeperTest, WhenNobodyKnowsTheTimeItDoesNotWaitForIt) {
  time_known_ = false;
  add(1);
  add(2);
  go(3s);
  EXPECT_EQ(served(), kSlots);
  EXPECT_GT(routers_[2]->keeper.held(), 0U);
}

TEST_F(SlotKeeperTest, OneOfSeveralIsEnoughToTellTheTime) {
  add(1);
  add(2);
  go(3s);
  peers_hang_ = true;
  add(3);
  go(1s);
  ASSERT_EQ(hanging_.size(), 2U);
  hanging_[0]({PeerLease::kStale, false});
  go(1s);
  EXPECT_EQ(routers_[3]->keeper.held(), 0U);
  hanging_[1]({PeerLease::kFresh, true});
  go(2s);
  EXPECT_GT(routers_[3]->keeper.held(), 0U);
  EXPECT_EQ(served(), kSlots);
}

}  // namespace
}  // namespace im::router
