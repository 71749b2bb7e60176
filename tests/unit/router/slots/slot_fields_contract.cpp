// What is written in a slot.
#include <algorithm>
#include <atomic>

#include "tests/unit/router/slots/slot_store_contract.hpp"

namespace im::router {
namespace {

TEST_P(SlotStoreContract, WhatIsWrittenIsLoaded) {
  renew(kA);
  const auto owner = own(kA, 5);
  EXPECT_TRUE(sorted(owner).empty());
  const std::string bytes("a\0\r\n\xff", 5);
  ASSERT_TRUE(write(owner, {{"plain", "text"}, {bytes, bytes}, {"empty", ""}}).ok());
  ASSERT_TRUE(write(owner, {{"plain", std::nullopt}, {"more", "1"}, {"never there", std::nullopt}}).ok());
  EXPECT_EQ(sorted(owner), (SlotFields{{bytes, bytes}, {"empty", ""}, {"more", "1"}}));
  ASSERT_TRUE(write(owner, {}).ok());
  EXPECT_EQ(sorted(owner).size(), 3U);
}

TEST_P(SlotStoreContract, ReplaceRemovesWhatIsNotNamed) {
  renew(kA);
  const auto owner = own(kA, 5);
  ASSERT_TRUE(write(owner, {{"a", "1"}, {"b", "2"}}).ok());
  ASSERT_TRUE(write(owner, {{"b", "3"}, {"c", "4"}}, true).ok());
  EXPECT_EQ(sorted(owner), (SlotFields{{"b", "3"}, {"c", "4"}}));
  ASSERT_TRUE(write(owner, {}, true).ok());
  EXPECT_TRUE(sorted(owner).empty());
}

TEST_P(SlotStoreContract, OfAFieldThatIsNamedTwiceTheLastCounts) {
  renew(kA);
  const auto owner = own(kA, 5);
  ASSERT_TRUE(write(owner, {{"a", "1"}, {"a", std::nullopt}, {"b", std::nullopt}, {"b", "2"}, {"b", "3"}}).ok());
  EXPECT_EQ(sorted(owner), (SlotFields{{"b", "3"}}));
}

TEST_P(SlotStoreContract, OnlyTheOwnerOfThisEpochWritesAndLoads) {
  renew(kA);
  renew(kB);
  const auto owner = own(kA, 5);
  ASSERT_TRUE(write(owner, {{"a", "1"}}).ok());
  for (const auto& other : {SlotOwner{kA, owner.epoch - 1}, SlotOwner{kA, owner.epoch + 1}, SlotOwner{kB, owner.epoch},
                            SlotOwner{0, owner.epoch}}) {
    const auto refused = write(other, {{"a", "2"}, {"b", "2"}}, true);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Error::Code::kConflict);
    EXPECT_NE(refused.error().message.find("slot 5 belongs to router " + std::to_string(kA)), std::string::npos)
        << refused.error().message;
    EXPECT_EQ(load(other).error().code, Error::Code::kConflict);
  }
  EXPECT_EQ(write(owner, {{"a", "2"}}, false, 6).error().code, Error::Code::kConflict);
  EXPECT_EQ(sorted(owner), (SlotFields{{"a", "1"}}));
}

TEST_P(SlotStoreContract, AReleasedSlotIsNobodysAndItsNextOwnerFindsWhatIsThere) {
  renew(kA);
  renew(kB);
  const auto before = own(kA, 5);
  ASSERT_TRUE(write(before, {{"a", "1"}}).ok());
  release(kA, {5});
  EXPECT_EQ(write(before, {{"a", "2"}}).error().code, Error::Code::kConflict);
  EXPECT_EQ(write({0, before.epoch}, {{"a", "2"}}).error().code, Error::Code::kConflict);
  const auto after = own(kB, 5);
  EXPECT_EQ(sorted(after), (SlotFields{{"a", "1"}}));
  ASSERT_TRUE(write(after, {{"a", "3"}}).ok());
  EXPECT_EQ(write(before, {{"a", "2"}}).error().code, Error::Code::kConflict);
  EXPECT_EQ(sorted(after), (SlotFields{{"a", "3"}}));
}

TEST_P(SlotStoreContract, AnOwnerWithoutALeaseWritesUntilSomebodyClaims) {
  renew(kA);
  const auto owner = own(kA, 5);
  leave(kA);
  EXPECT_TRUE(write(owner, {{"a", "1"}}).ok());
  renew(kB);
  own(kB, 5);
  EXPECT_EQ(write(owner, {{"a", "2"}}).error().code, Error::Code::kConflict);
}

TEST_P(SlotStoreContract, TenThousandFieldsInOneCall) {
  constexpr int kMany = 10000;
  renew(kA);
  const auto owner = own(kA, 5);
  std::vector<SlotWrite> fields, removals;
  for (int i = 0; i < kMany; ++i) {
    fields.push_back({"field" + std::to_string(i), "value" + std::to_string(i)});
    if (i != 4321) removals.push_back({fields.back().field, std::nullopt});
  }
  ASSERT_TRUE(write(owner, fields).ok());
  auto loaded = sorted(owner);
  ASSERT_EQ(loaded.size(), static_cast<std::size_t>(kMany));
  for (const auto& [field, value] : loaded) ASSERT_EQ("value" + field.substr(5), value);
  ASSERT_TRUE(write(owner, fields, true).ok());
  ASSERT_TRUE(write(owner, removals).ok());
  EXPECT_EQ(sorted(owner), (SlotFields{{"field4321", "value4321"}}));
}

TEST_P(SlotStoreContract, WritesOfOneSlotTakeEffectInTheirOrder) {
  renew(kA);
  const auto owner = own(kA, 5);
  std::atomic<int> refused{0};
  for (int i = 0; i < 1000; ++i) {
    store(kA).write(5, owner, {{"last", std::to_string(i)}}, false, [&](const Status& status) {
      if (!status.ok()) ++refused;
    });
  }
  EXPECT_EQ(sorted(owner), (SlotFields{{"last", "999"}}));
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace im::router
