// Leases and the slot table.
#include <algorithm>
#include <thread>

#include "tests/unit/router/slots/slot_store_contract.hpp"

namespace im::router {
namespace {

using Slots = std::vector<std::size_t>;

TEST_P(SlotStoreContract, AnEmptyStoreHasVersionZeroAndNoOwners) {
  const auto membership = renew(kA);
  EXPECT_EQ(membership.version, 0U);
  ASSERT_EQ(membership.slots.size(), kSlots);
  for (const auto& row : membership.slots) ASSERT_EQ(row, SlotOwner{});
  EXPECT_EQ(membership.live, (std::vector<RouterSeat>{{kA, "host-" + std::to_string(kA) + ":3129"}}));
}

TEST_P(SlotStoreContract, TellsWhoLivesAndTheTableOnlyWhenItIsAnother) {
  renew(kA);
  claim(kA, {3});
  auto seen = renew(kB);
  ASSERT_EQ(seen.live.size(), 2U);
  EXPECT_EQ(seen.slots.at(3).owner, kA);
  EXPECT_TRUE(renew(kB, seen.version).slots.empty());
  claim(kB, {4});
  const auto next = renew(kB, seen.version);
  EXPECT_GT(next.version, seen.version);
  EXPECT_EQ(next.slots.at(3).owner, kA);
  EXPECT_EQ(next.slots.at(4).owner, kB);
}

TEST_P(SlotStoreContract, ASlotHasOneOwner) {
  renew(kA);
  renew(kB);
  EXPECT_EQ(slots_of(claim(kA, {1, 2, 3})), (Slots{1, 2, 3}));
  EXPECT_EQ(slots_of(claim(kB, {3, 4})), Slots{4});
}

TEST_P(SlotStoreContract, ClaimingWhatOneHasGivesANewEpoch) {
  renew(kA);
  const auto before = own(kA, 5), after = own(kA, 5);
  EXPECT_GT(after.epoch, before.epoch);
  EXPECT_EQ(write(before, {{"f", "v"}}).error().code, Error::Code::kConflict);
  EXPECT_TRUE(write(after, {{"f", "v"}}).ok());
}

TEST_P(SlotStoreContract, SlotsOfADeadRouterAreTaken) {
  renew(kA, 0, 50ms);
  renew(kB);
  const auto before = own(kA, 5);
  bench_->let_pass(50ms);
  EXPECT_EQ(renew(kB).live.size(), 1U);
  const auto after = own(kB, 5);
  EXPECT_GT(after.epoch, before.epoch);
  renew(kA);
  EXPECT_TRUE(claim(kA, {5}).empty());  // too late
}

TEST_P(SlotStoreContract, RenewingKeepsALease) {
  renew(kA, 0, 50ms);
  claim(kA, {5});
  renew(kA);
  bench_->let_pass(60ms);
  renew(kB);
  EXPECT_TRUE(claim(kB, {5}).empty());
}

TEST_P(SlotStoreContract, WhoLeavesIsDeadAtOnce) {
  renew(kA);
  renew(kB);
  const auto before = own(kA, 5);
  leave(kA);
  EXPECT_EQ(renew(kB).live, (std::vector<RouterSeat>{{kB, "host-7:3129"}}));
  EXPECT_GT(own(kB, 5).epoch, before.epoch);
}

TEST_P(SlotStoreContract, ReleasedSlotsAreFreeAndOthersAreNot) {
  renew(kA);
  renew(kB);
  const auto before = own(kA, 5);
  claim(kA, {6});
  claim(kB, {7});
  release(kA, {5, 7});  // 7 is not its own
  const auto table = renew(kB).slots;
  EXPECT_EQ(table.at(5), (SlotOwner{0, before.epoch}));
  EXPECT_EQ(table.at(6).owner, kA);
  EXPECT_EQ(table.at(7).owner, kB);
  EXPECT_GT(own(kB, 5).epoch, before.epoch);
}

TEST_P(SlotStoreContract, EpochsGrowForEverAndBeyondTheFloor) {
  renew(kA);
  const std::uint64_t far = 1ULL << 52;  // longer than any clock
  EXPECT_EQ(own(kA, 5, far).epoch, far + 1);
  EXPECT_EQ(own(kA, 5).epoch, far + 2);
  release(kA, {5});
  EXPECT_EQ(own(kA, 5).epoch, far + 3);
  bench_->lose_everything();
  EXPECT_EQ(own(kA, 5, far + 3).epoch, far + 4);
  EXPECT_GT(own(kA, 6).epoch, 1'700'000'000'000U);  // Unix time in ms
}

TEST_P(SlotStoreContract, TheVersionGrowsWithEveryChangeOfTheTableAndWithNothingElse) {
  renew(kA);
  std::uint64_t last = 0;
  const auto moved = [&] {
    const auto version = renew(kA).version;
    return std::exchange(last, version) < version;
  };
  const auto owner = own(kA, 5);
  EXPECT_TRUE(moved());
  EXPECT_FALSE(moved());
  ASSERT_TRUE(write(owner, {{"f", "v"}}).ok());
  renew(kB);
  leave(kB);
  release(kB, {5});
  claim(kB, {5});
  claim(kB, {});
  EXPECT_FALSE(moved());
  release(kA, {5});
  EXPECT_TRUE(moved());
  bench_->lose_everything();
  EXPECT_EQ(renew(kA).version, 0U);
  claim(kA, {5});
  EXPECT_TRUE(moved());
}

TEST_P(SlotStoreContract, AStoreThatLostEverythingIsEmpty) {
  renew(kA);
  const auto owner = own(kA, 5);
  const auto version = renew(kA).version;
  ASSERT_TRUE(write(owner, {{"f", "v"}}).ok());
  bench_->lose_everything();
  EXPECT_EQ(write(owner, {{"f", "v"}}).error().code, Error::Code::kConflict);
  EXPECT_EQ(load(owner).error().code, Error::Code::kConflict);
  const auto membership = renew(kB, version);
  EXPECT_EQ(membership.version, 0U);
  EXPECT_EQ(membership.live.size(), 1U);
  ASSERT_EQ(membership.slots.size(), kSlots);
  EXPECT_EQ(membership.slots.at(5), SlotOwner{});
  EXPECT_TRUE(sorted(own(kA, 5, owner.epoch)).empty());
}

TEST_P(SlotStoreContract, TwoThatRaceForTheSameSlotsNeverBothGetOne) {
  renew(kA);
  renew(kB);
  std::vector<std::vector<std::size_t>> got(2);
  const auto grab = [&](std::size_t n, RouterId id) {
    for (std::size_t i = 0; i < kSlots; i += 16) {
      Slots some(16);
      for (std::size_t j = 0; j < 16; ++j) some[j] = i + j;
      for (const auto slot : slots_of(claim(id, some))) got[n].push_back(slot);
    }
  };
  std::thread other([&] { grab(1, kB); });
  grab(0, kA);
  other.join();
  Slots all = got[0];
  all.insert(all.end(), got[1].begin(), got[1].end());
  std::ranges::sort(all);
  EXPECT_EQ(all.size(), kSlots);
  EXPECT_TRUE(std::ranges::adjacent_find(all) == all.end());
  const auto table = renew(kA).slots;
  for (const auto slot : got[0]) ASSERT_EQ(table.at(slot).owner, kA);
  for (const auto slot : got[1]) ASSERT_EQ(table.at(slot).owner, kB);
}

}  // namespace
}  // namespace im::router
