#include "comet/cluster/room_directory.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using namespace std::chrono_literals;

class RoomDirectoryTest : public testing::Test {
 protected:
  TimePoint at(Duration since) const { return TimePoint{} + 1h + since; }
  std::vector<std::string> taken(Duration when) {
    std::vector<std::string> out;
    for (const auto& change : rooms_.take(at(when), 100)) out.push_back((change.present ? "+" : "-") + change.room);
    return out;
  }
  using Changes = std::vector<std::string>;
  RoomDirectory rooms_{10s};
};

TEST_F(RoomDirectoryTest, AJoinIsAnsweredAfterTheRouterHasIt) {
  EXPECT_FALSE(rooms_.joined("a", 0));
  EXPECT_FALSE(rooms_.joined("a", 1));
  EXPECT_EQ(taken(0s), Changes{"+a"});
  EXPECT_EQ(taken(0s), Changes{});  // one batch in flight
  EXPECT_EQ(rooms_.acknowledged().size(), 2U);
  EXPECT_TRUE(rooms_.joined("a", 2));
}

TEST_F(RoomDirectoryTest, AFlappingRoomIsToldOnce) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  for (int i = 0; i < 5; ++i) {
    rooms_.left("a", 0, at(1s));
    EXPECT_TRUE(rooms_.joined("a", 0));
  }
  EXPECT_EQ(taken(20s), Changes{});
}

TEST_F(RoomDirectoryTest, AnEmptyRoomIsToldAfterTheLinger) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  rooms_.left("a", 0, at(1s));
  EXPECT_EQ(taken(5s), Changes{});
  EXPECT_EQ(taken(12s), Changes{"-a"});
  rooms_.acknowledged();
  EXPECT_FALSE(rooms_.joined("a", 0));
}

TEST_F(RoomDirectoryTest, AFailedUpdateIsToldAgainWithANewerVersion) {
  rooms_.joined("a", 0);
  const auto first = rooms_.take(at(0s), 100);
  rooms_.failed();
  const auto second = rooms_.take(at(1s), 100);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_GT(second[0].version, first[0].version);
  EXPECT_EQ(rooms_.acknowledged().size(), 1U);  // only now the join is answered
}

TEST_F(RoomDirectoryTest, AJoinDuringALeaveThatFailsIsAnsweredInTheEnd) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  rooms_.left("a", 0, at(0s));
  EXPECT_EQ(taken(11s), Changes{"-a"});
  EXPECT_FALSE(rooms_.joined("a", 0));
  rooms_.failed();
  EXPECT_EQ(taken(12s), Changes{"+a"});
  EXPECT_EQ(rooms_.acknowledged().size(), 1U);
}

TEST_F(RoomDirectoryTest, JoiningWhileTheLeaveIsInFlightIsToldAfterwards) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  rooms_.left("a", 0, at(0s));
  EXPECT_EQ(taken(11s), Changes{"-a"});
  EXPECT_FALSE(rooms_.joined("a", 0));
  rooms_.acknowledged();
  EXPECT_EQ(taken(11s), Changes{"+a"});
  EXPECT_EQ(rooms_.acknowledged().size(), 1U);
}

TEST_F(RoomDirectoryTest, ARoomThatLingeredWhenTheRouterForgotIsToldAgain) {
  for (const char* room : {"a", "b"}) rooms_.joined(room, 0);
  taken(0s);
  rooms_.acknowledged();
  rooms_.left("a", 0, at(1s));
  const auto snapshot = rooms_.snapshot(SlotSet{}.set());
  ASSERT_EQ(snapshot.size(), 1U);
  EXPECT_EQ(snapshot[0].room, "b");
  EXPECT_FALSE(rooms_.joined("a", 0));
  EXPECT_EQ(taken(2s), Changes{"+a"});
  EXPECT_TRUE(rooms_.joined("b", 1));
}

TEST(OnlineCounts, SumOverWorkersAndOnlyWhatChanged) {
  OnlineCounts counts;
  counts.set(0, "a", 3);
  counts.set(1, "a", 2);
  EXPECT_EQ(counts.take_changed(), (RoomCounts{{"a", 5}}));
  EXPECT_TRUE(counts.take_changed().empty());
  counts.set(0, "a", 0);
  EXPECT_EQ(counts.take_changed(), (RoomCounts{{"a", 2}}));
  counts.set(1, "a", 0);
  EXPECT_EQ(counts.take_changed(), (RoomCounts{{"a", 0}}));
  EXPECT_TRUE(counts.all().empty());
}

}  // namespace
}  // namespace im::comet
