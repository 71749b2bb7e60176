#include "router/kv/expiring_table.hpp"

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
  ExpiringTable table(1000);
  int stored = 0;
  while (table.put(std::to_string(stored), "v", kNow + 10s, true, kNow, nullptr) == Put::kStored) ++stored;
  EXPECT_GT(stored, 3);
  EXPECT_LE(table.bytes(), 1000U);
  EXPECT_NE(table.find("0", kNow), nullptr);
  EXPECT_EQ(table.put("0", "w", kNow + 10s, false, kNow, nullptr), Put::kStored) << "its own room is free";
  EXPECT_EQ(table.put("new", "v", kNow + 20s, true, kNow + 10s, nullptr), Put::kStored) << "the old ones are over";
  table.expire(kNow + 1h);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.bytes(), 0U);
}

}  // namespace
}  // namespace im::router
