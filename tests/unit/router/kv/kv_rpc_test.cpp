#include "router/kv/kv_rpc.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

/// A router that has every slot, with a clock of its own.
struct KvOwner {
  explicit KvOwner(std::int64_t now) : now_ms(now) {}
  FakeJournal journal;
  std::int64_t now_ms;
  std::unique_ptr<KvRpc> kv = make_kv_rpc(1 << 20, journal, {[] { return true; }, [this] { return now_ms; }});
};

constexpr std::int64_t kKvNow = 1'800'000'000'000;

/// "v/<key>" of a row that ends at `until`.
SlotFields kv_row(const std::string& key, std::int64_t until) {
  return {{"v/" + key, std::to_string(until) + " value"}};
}

TEST(KvRpc, WhatIsOverByTheClockOfTheClusterIsErasedWhenTheSlotIsOurs) {
  KvOwner owner(kKvNow);
  const std::size_t slot = slot_of(std::string("k"));
  owner.journal.put(slot, "v/k", std::to_string(kKvNow - 1) + " value");
  owner.kv->load(slot, owner.journal.fields(slot));
  EXPECT_EQ(owner.kv->stats().rows, 0U);
  EXPECT_FALSE(owner.journal.fields(slot).empty()) << "the slot is not ours yet";
  owner.kv->own(slot, 1);
  EXPECT_TRUE(owner.journal.fields(slot).empty());
}

TEST(KvRpc, ARowEndsAtTheSameTimeWhoeverOwnsIt) {
  KvOwner owner(kKvNow);  // the wall clock of this machine is elsewhere
  const std::size_t slot = slot_of(std::string("k"));
  owner.kv->load(slot, kv_row("k", kKvNow + 60'000));
  owner.kv->own(slot, 1);
  ASSERT_EQ(owner.kv->stats().rows, 1U);
  const auto dumped = owner.kv->dump(slot);
  ASSERT_EQ(dumped.size(), 1U);
  const std::int64_t until = std::stoll(*dumped.front().value);
  EXPECT_GT(until, kKvNow + 50'000);
  EXPECT_LE(until, kKvNow + 60'000);
}

}  // namespace
}  // namespace im::router
