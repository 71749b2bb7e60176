#include "router/state/snapshot_tally.hpp"

#include <gtest/gtest.h>

namespace im::router {
namespace {

comet::SnapshotPart part(int sessions, int rooms) {
  comet::SnapshotPart part;
  for (int i = 0; i < sessions; ++i) part.add_sessions()->set_uid(i);
  for (int i = 0; i < rooms; ++i) part.add_rooms()->set_version(1);
  return part;
}

comet::SnapshotPart last(comet::SnapshotPart part, std::uint64_t sessions, std::uint64_t rooms) {
  part.mutable_end()->set_sessions(sessions);
  part.mutable_end()->set_rooms(rooms);
  return part;
}

TEST(SnapshotTally, IsWholeWhenAsMuchCameAsWasSent) {
  SnapshotTally tally;
  tally.add(part(3, 0));
  tally.add(last(part(1, 2), 4, 2));
  EXPECT_TRUE(tally.whole().ok());
}

TEST(SnapshotTally, ACometWithoutAnythingIsWholeToo) {
  SnapshotTally tally;
  tally.add(last(part(0, 0), 0, 0));
  EXPECT_TRUE(tally.whole().ok());
}

TEST(SnapshotTally, AStreamThatEndsEarlyIsNot) {
  SnapshotTally nothing;
  EXPECT_FALSE(nothing.whole().ok());
  SnapshotTally tally;
  tally.add(part(3, 1));
  EXPECT_FALSE(tally.whole().ok());
}

TEST(SnapshotTally, OtherNumbersAreNot) {
  for (const auto& [sessions, rooms] : {std::pair{5U, 1U}, {3U, 2U}, {3U, 0U}, {2U, 1U}}) {
    SnapshotTally tally;
    tally.add(last(part(3, 1), sessions, rooms));
    EXPECT_FALSE(tally.whole().ok()) << sessions << " " << rooms;
  }
}

TEST(SnapshotTally, APartBehindTheLastOneIsAFault) {
  SnapshotTally tally;
  tally.add(last(part(1, 0), 2, 0));
  tally.add(part(1, 0));
  EXPECT_FALSE(tally.whole().ok());
}

}  // namespace
}  // namespace im::router
