#include "router/kv/expiring_table.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace im::router {
namespace {

using namespace std::chrono_literals;
using Put = ExpiringTable::Put;
const TimePoint kNow = TimePoint{} + 1h;

TEST(ExpiringTableTest, FirstComesFirst) {
  ExpiringTable table(10000);
  std::string there;
  EXPECT_EQ(table.put("k", "a", kNow + 10s, true, kNow, &there), Put::kStored);
  EXPECT_EQ(table.put("k", "b", kNow + 10s, true, kNow, &there), Put::kExists);
  EXPECT_EQ(there, "a");
  EXPECT_EQ(table.put("k", "c", kNow + 10s, false, kNow, nullptr), Put::kStored);
  EXPECT_EQ(*table.find("k", kNow), "c");
  table.remove("k");
  EXPECT_EQ(table.put("k", "d", kNow + 10s, true, kNow, &there), Put::kStored);
}

TEST(ExpiringTableTest, EndsAtItsTime) {
  ExpiringTable table(10000);
  table.put("k", "a", kNow + 10s, true, kNow, nullptr);
  EXPECT_EQ(table.put("k", "b", kNow + 20s, true, kNow + 9s, nullptr), Put::kExists);
  EXPECT_EQ(table.put("k", "b", kNow + 20s, true, kNow + 10s, nullptr), Put::kStored);
  EXPECT_EQ(*table.find("k", kNow + 19s), "b");
  EXPECT_EQ(table.find("k", kNow + 20s), nullptr);
}

TEST(ExpiringTableTest, TheEndOfAReplacedRowIsNotTheEndOfItsSuccessor) {
  ExpiringTable table(10000);
  table.put("k", "a", kNow + 1s, false, kNow, nullptr);
  table.put("k", "b", kNow + 100s, false, kNow, nullptr);
  table.expire(kNow + 2s);
  EXPECT_EQ(*table.find("k", kNow + 2s), "b");
}

TEST(ExpiringTableTest, FullRefusesAndForgetsNothing) {
  ExpiringTable table(8000);
  int stored = 0;
  while (table.put(std::to_string(stored), "v", kNow + 10s, true, kNow, nullptr) == Put::kStored) ++stored;
  EXPECT_GT(stored, 3);
  EXPECT_LE(table.bytes(), 2000U);
  EXPECT_NE(table.find("0", kNow), nullptr);
  EXPECT_EQ(table.put("0", "w", kNow + 10s, false, kNow, nullptr), Put::kStored) << "its own room is free";
  EXPECT_EQ(table.put("new", "v", kNow + 20s, true, kNow + 10s, nullptr), Put::kStored) << "the old ones are over";
  table.expire(kNow + 1h);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.bytes(), 0U);
}

TEST(ExpiringTableTest, TheTenantThatFillsTheTableLosesItsOldestRowsAndNobodyElseAny) {
  std::vector<std::string> forgotten;
  ExpiringTable table(40000, [&](const std::string& key) { forgotten.push_back(key); });
  EXPECT_EQ(table.put("push/small/1", "v", kNow + 24h, true, kNow, nullptr), Put::kStored);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(table.put("push/greedy/" + std::to_string(i), "v", kNow + 24h, true, kNow, nullptr), Put::kStored);
  }
  EXPECT_LE(table.bytes(), 40000U);
  EXPECT_EQ(table.evicted(), forgotten.size());
  ASSERT_FALSE(forgotten.empty());
  EXPECT_EQ(forgotten.front(), "push/greedy/0");
  EXPECT_EQ(table.find("push/greedy/0", kNow), nullptr);
  EXPECT_NE(table.find("push/greedy/999", kNow), nullptr);
  EXPECT_NE(table.find("push/small/1", kNow), nullptr);
  EXPECT_EQ(table.put("push/small/2", "v", kNow + 24h, true, kNow, nullptr), Put::kStored) << "starved";
}

TEST(ExpiringTableTest, TenantsLeaveRoomForRevocations) {
  ExpiringTable table(40000);
  for (int i = 0; i < 1000; ++i) table.put("push/a/" + std::to_string(i), "v", kNow + 24h, true, kNow, nullptr);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(table.put("revoked/uid/" + std::to_string(i), "1", kNow + 24h, false, kNow, nullptr), Put::kStored);
  }
  for (int i = 0; i < 1000; ++i) table.put("push/b/" + std::to_string(i), "v", kNow + 24h, true, kNow, nullptr);
  EXPECT_NE(table.find("revoked/uid/0", kNow), nullptr);
}

TEST(ExpiringTableTest, AKeyThatIsPutAgainAndAgainCostsOneRow) {
  ExpiringTable table(8000);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(table.put("revoked/uid/1", "1", kNow + 24h, false, kNow, nullptr), Put::kStored);
  }
  EXPECT_EQ(table.size(), 1U);
  EXPECT_LT(table.bytes(), 500U);
}

TEST(ExpiringTableTest, WhatIsOverIsSaidSoThatTheStoreForgetsItToo) {
  std::vector<std::string> forgotten;
  ExpiringTable table(40000, [&](const std::string& key) { forgotten.push_back(key); });
  table.put("push/a/1", "v", kNow + 1s, true, kNow, nullptr);
  table.put("revoked/uid/1", "1", kNow + 2s, true, kNow, nullptr);
  table.remove("revoked/uid/1");
  table.expire(kNow + 3s);
  EXPECT_EQ(forgotten, (std::vector<std::string>{"push/a/1"}));
  EXPECT_EQ(table.bytes(), 0U);
}

TEST(ExpiringTableTest, NamesOfTenants) {
  EXPECT_EQ(ExpiringTable::tenant_of("push/ab12/key/with/slashes"), "push/ab12");
  EXPECT_EQ(ExpiringTable::tenant_of("revoked/uid/1"), "");
  EXPECT_EQ(ExpiringTable::tenant_of("push/"), "");
}

}  // namespace
}  // namespace im::router
