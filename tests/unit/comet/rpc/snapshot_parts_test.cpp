#include "comet/rpc/snapshot_parts.hpp"

#include <gtest/gtest.h>

#include "common/base/batch.hpp"

namespace im::comet {
namespace {

const CometInstance kSelf{CometNumber(7), InstanceEpoch(3)};

std::vector<SnapshotPart> parts_of(Holdings holdings) {
  SnapshotParts parts(kSelf, std::move(holdings));
  std::vector<SnapshotPart> out;
  for (SnapshotPart part; parts.next(part);) out.push_back(part);
  return out;
}

SessionRecord session(int number, std::size_t platform = 0) {
  return {Uid(number),
          "key-" + std::to_string(number),
          SessionEpoch(1),
          ConnId(static_cast<std::uint64_t>(number)),
          std::string(platform, 'p'),
          "10.0.0.1"};
}

TEST(SnapshotParts, ACometThatHoldsNothingSaysSo) {
  const auto parts = parts_of({});
  ASSERT_EQ(parts.size(), 1U);
  ASSERT_TRUE(parts[0].has_end());
  EXPECT_EQ(parts[0].end().sessions(), 0U);
  EXPECT_EQ(parts[0].end().rooms(), 0U);
}

TEST(SnapshotParts, OnlyTheLastPartHasTheEnd) {
  Holdings holdings;
  for (int i = 0; i < 3000; ++i) holdings.sessions.push_back(session(i, 600));
  for (int i = 0; i < 3000; ++i) holdings.rooms.push_back({std::to_string(i) + std::string(500, 'r'), true, 1});
  const auto parts = parts_of(std::move(holdings));
  ASSERT_GT(parts.size(), 2U);
  int sessions = 0, rooms = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i].has_end(), i + 1 == parts.size());
    EXPECT_LE(parts[i].ByteSizeLong(), kMaxBatchBytes);
    sessions += parts[i].sessions_size();
    rooms += parts[i].rooms_size();
  }
  EXPECT_EQ(sessions, 3000);
  EXPECT_EQ(rooms, 3000);
  EXPECT_EQ(parts.back().end().sessions(), 3000U);
  EXPECT_EQ(parts.back().end().rooms(), 3000U);
}

TEST(SnapshotParts, AnEntryThatIsTooLargeAloneIsSentAlone) {
  Holdings holdings;
  holdings.sessions = {session(1, kMaxBatchBytes + 1), session(2)};
  const auto parts = parts_of(std::move(holdings));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].sessions_size(), 1);
  EXPECT_EQ(parts[1].end().sessions(), 2U);
}

// A room named by bytes that are no text reaches the router like any other: it is no reason to refuse the rest.
TEST(SnapshotParts, AnyBytesArriveAsTheyAre) {
  Holdings holdings;
  holdings.rooms = {{"\xff", true, 1}, {"good", true, 2}};
  const auto parts = parts_of(std::move(holdings));
  SnapshotPart read;
  ASSERT_TRUE(read.ParseFromString(parts[0].SerializeAsString()));
  EXPECT_EQ(read.rooms(0).room(), "\xff");
  EXPECT_EQ(read.rooms(1).room(), "good");
}

}  // namespace
}  // namespace im::comet
