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

TEST_F(RoomDirectoryTest, ARoomThatEmptiedBetweenTwoLooksOfARouterIsToldAbsent) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  EXPECT_EQ(rooms_.snapshot(SlotSet{}.set()).size(), 1U);  // the first look: it has members
  rooms_.left("a", 0, at(1s));
  EXPECT_TRUE(rooms_.snapshot(SlotSet{}.set()).empty());  // the second look does not take back the first
  EXPECT_EQ(taken(2s), Changes{"-a"});
  rooms_.acknowledged();
  EXPECT_EQ(taken(20s), Changes{});
  EXPECT_FALSE(rooms_.joined("a", 0));
}

TEST_F(RoomDirectoryTest, WhatWasUnderWayToTheFormerOwnerIsToldToTheNextOne) {
  rooms_.joined("a", 0);
  EXPECT_EQ(taken(0s), Changes{"+a"});
  rooms_.left("a", 0, at(0s));
  EXPECT_TRUE(rooms_.snapshot(SlotSet{}.set()).empty());
  EXPECT_FALSE(rooms_.joined("a", 1));
  EXPECT_TRUE(rooms_.acknowledged().empty()) << "the former owner has it, the next one does not";
  EXPECT_EQ(taken(1s), Changes{"+a"});
  EXPECT_FALSE(rooms_.acknowledged().empty());
}

TEST_F(RoomDirectoryTest, AJoinAfterALeaveThatFailedWaitsForTheRouter) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  rooms_.left("a", 0, at(0s));
  EXPECT_EQ(taken(11s), Changes{"-a"});
  rooms_.failed();  // it may have arrived all the same
  EXPECT_FALSE(rooms_.joined("a", 0));
  EXPECT_EQ(taken(12s), Changes{"+a"});
  EXPECT_EQ(rooms_.acknowledged().size(), 1U);
}

TEST_F(RoomDirectoryTest, TheOldestChangesAreToldFirstAndAFailedBatchComesFirstAgain) {
  for (const char* room : {"a", "b", "c", "d", "e"}) rooms_.joined(room, 0);
  const auto names = [&](std::size_t limit) {
    std::string all;
    for (const auto& change : rooms_.take(at(0s), limit)) all += change.room;
    return all;
  };
  EXPECT_EQ(names(4), "abcd");
  rooms_.failed();
  EXPECT_EQ(names(2), "ab");
  rooms_.acknowledged();
  EXPECT_EQ(names(100), "cde");
}

TEST_F(RoomDirectoryTest, ABatchIsBoundedInBytes) {
  for (int i = 0; i < 3000; ++i) rooms_.joined(std::to_string(i) + std::string(1000, 'r'), 0);
  std::size_t told = 0;
  for (int calls = 0; told < 3000 && calls < 10; ++calls) {
    std::size_t bytes = 0;
    for (const auto& change : rooms_.take(at(0s), 100000)) bytes += change.room.size();
    EXPECT_LE(bytes, std::size_t{1} << 20);
    told += rooms_.acknowledged().size();
  }
  EXPECT_EQ(told, 3000U);
}

TEST_F(RoomDirectoryTest, ARoomThatCameBackDoesNotEndWithItsFirstLeave) {
  rooms_.joined("a", 0);
  taken(0s);
  rooms_.acknowledged();
  rooms_.left("a", 0, at(0s));
  rooms_.joined("a", 0);
  rooms_.left("a", 0, at(8s));
  EXPECT_EQ(taken(12s), Changes{});
  EXPECT_EQ(taken(19s), Changes{"-a"});
}

// The walk of a join over all rooms that linger took a control thread: 100,000 of them, and as many joins.
TEST_F(RoomDirectoryTest, AJoinCostsTheSameHoweverManyRoomsLinger) {
  const auto name = [](int i) { return "room-" + std::to_string(i); };
  for (int i = 0; i < 100000; ++i) {
    rooms_.joined(name(i), 0);
    rooms_.take(at(0s), 1000);
    rooms_.acknowledged();
    rooms_.left(name(i), 0, at(1s));
  }
  EXPECT_EQ(rooms_.take(at(2s), 1000).size(), 0U);
  EXPECT_EQ(rooms_.take(at(12s), 1000).size(), 1000U);
}

}  // namespace
}  // namespace im::comet
