#include "common/base/ids.hpp"

#include <limits>
#include <type_traits>
#include <unordered_set>

#include <gtest/gtest.h>

namespace im {
namespace {

static_assert(!std::is_convertible_v<std::int64_t, Uid>);
static_assert(!std::is_convertible_v<Uid, std::int64_t>);
static_assert(!std::is_constructible_v<SessionEpoch, InstanceEpoch>);
static_assert(sizeof(ConnId) == sizeof(std::uint64_t));

TEST(NamedTypeTest, ComparesByValue) {
  EXPECT_EQ(Uid(), Uid(0));
  EXPECT_LT(Uid(-1), Uid(0));
  EXPECT_NE(RoomId("live://1"), RoomId("live://2"));
  EXPECT_EQ(RoomId("live://1").value(), "live://1");
}

TEST(NamedTypeTest, Hashes) {
  const std::unordered_set<Uid> uids{Uid(1), Uid(2), Uid(1)};
  EXPECT_EQ(uids.size(), 2U);
  EXPECT_TRUE(uids.contains(Uid(2)));
}

TEST(ConnIdTest, KeepsItsParts) {
  const ConnId id(0xab, 0xcdef01, 0x12345678);
  EXPECT_EQ(id.raw(), 0xabcdef0112345678U);
  EXPECT_EQ(id.worker(), 0xab);
  EXPECT_EQ(id.slot(), 0xcdef01U);
  EXPECT_EQ(id.generation(), 0x12345678U);
  EXPECT_EQ(ConnId(id.raw()), id);
}

TEST(ConnIdTest, ASlotCannotReachTheWorker) {
  const ConnId id(1, 0xff000002, 3);
  EXPECT_EQ(id.worker(), 1);
  EXPECT_EQ(id.slot(), 2U);
}

TEST(ConnIdTest, TakesTheLargestParts) {
  const ConnId id(0xff, 0xffffff, 0xffffffff);
  EXPECT_EQ(id.raw(), std::numeric_limits<std::uint64_t>::max());
}

TEST(ConnIdTest, AnotherGenerationIsAnotherConnection) {
  const std::unordered_set<ConnId> ids{ConnId(1, 2, 3), ConnId(1, 2, 4), ConnId(2, 2, 3), ConnId(1, 2, 3)};
  EXPECT_EQ(ids.size(), 3U);
}

TEST(CometInstanceTest, NumberAndEpochCount) {
  EXPECT_NE((CometInstance{CometNumber(1), InstanceEpoch(1)}), (CometInstance{CometNumber(1), InstanceEpoch(2)}));
  EXPECT_LT((CometInstance{CometNumber(1), InstanceEpoch(9)}), (CometInstance{CometNumber(2), InstanceEpoch(1)}));
}

}  // namespace
}  // namespace im
