#include "comet/room/room_sweep.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using namespace std::chrono_literals;

PushMessage text(const std::string& body) { return {1, std::make_shared<const std::string>(body), 0}; }

class RoomSweepTest : public testing::Test {
 protected:
  TimePoint at(Duration since) const { return start_ + since; }
  RoomSweeps::Dropped push(std::uint32_t room, const std::string& body, Duration when) {
    return sweeps_.push(room, text(body), token_, at(when));
  }
  /// Bodies of the sweep that may start, or nothing.
  std::vector<std::string> start(Duration when) {
    const auto batch = sweeps_.start_next(at(when));
    std::vector<std::string> bodies;
    if (batch) {
      for (const auto& each : batch->messages) bodies.push_back(*each.body);
    }
    return bodies;
  }
  using Bodies = std::vector<std::string>;

  TimePoint start_ = TimePoint{} + 1h;
  TokenRef token_ = std::make_shared<TakenToken>();
  RoomSweeps sweeps_{SweepConfig{.max_batch_bytes = 1000, .queue_bytes = 2000}};
};

TEST_F(RoomSweepTest, AnIdleRoomIsSweptAtOnce) {
  push(1, "a", 0ms);
  EXPECT_EQ(start(0ms), Bodies{"a"});
  EXPECT_EQ(start(0ms), Bodies{});
}

TEST_F(RoomSweepTest, WhatComesDuringASweepRidesTheNext) {
  push(1, "a", 0ms);
  start(0ms);
  push(1, "b", 1ms);
  push(1, "c", 2ms);
  EXPECT_EQ(start(5ms), Bodies{});
  EXPECT_FALSE(sweeps_.finished(1, 5ms, at(5ms)));
  EXPECT_EQ(start(19ms), Bodies{});
  EXPECT_EQ(start(20ms), (Bodies{"b", "c"}));
}

TEST_F(RoomSweepTest, TheIntervalGrowsWithTheSweep) {
  push(1, "a", 0ms);
  start(0ms);
  push(1, "b", 1ms);
  sweeps_.finished(1, 100ms, at(100ms));  // share 0.5: 200 ms from one start to the next
  EXPECT_EQ(start(199ms), Bodies{});
  EXPECT_EQ(start(200ms), Bodies{"b"});
  push(1, "c", 201ms);
  sweeps_.finished(1, 5s, at(5200ms));  // at most 1 s
  EXPECT_EQ(start(5200ms), Bodies{"c"});
}

TEST_F(RoomSweepTest, AQuietRoomDoesNotWaitAfterItsInterval) {
  push(1, "a", 0ms);
  start(0ms);
  EXPECT_TRUE(sweeps_.finished(1, 1ms, at(1ms)));
  push(1, "b", 10ms);
  EXPECT_EQ(start(10ms), Bodies{});
  ASSERT_TRUE(sweeps_.next_due());
  EXPECT_EQ(*sweeps_.next_due(), at(20ms));
  EXPECT_EQ(start(20ms), Bodies{"b"});
}

TEST_F(RoomSweepTest, RoomsTakeTheirTurnInOrderOfComing) {
  push(3, "x", 0ms);
  push(1, "y", 0ms);
  push(2, "z", 0ms);
  EXPECT_EQ(start(0ms), Bodies{"x"});
  EXPECT_EQ(start(0ms), Bodies{"y"});
  EXPECT_EQ(start(0ms), Bodies{"z"});
}

TEST_F(RoomSweepTest, ABatchIsBoundedAndTheRestFollowsInOrder) {
  push(1, "first", 0ms);
  start(0ms);
  for (const char* body : {"1", "2", "3"}) push(1, body + std::string(599, '.'), 1ms);
  sweeps_.finished(1, 1ms, at(1ms));
  std::string order;
  for (Duration when = 20ms; when < 1s; when += 20ms) {
    for (const auto& body : start(when)) order += body[0];
    sweeps_.finished(1, 1ms, at(when + 1ms));
  }
  EXPECT_EQ(order, "123");
}

TEST_F(RoomSweepTest, ARoomOverItsBoundHoldsThePushStreamBack) {
  push(1, "first", 0ms);
  start(0ms);
  std::weak_ptr<TakenToken> held;
  {
    const TokenRef token = std::make_shared<TakenToken>();
    held = token;
    for (int i = 0; i < 5; ++i) sweeps_.push(1, text(std::string(600, 'x')), token, at(1ms));
  }
  EXPECT_FALSE(held.expired());
  sweeps_.finished(1, 1ms, at(1ms));
  for (Duration when = 20ms; when < 500ms && !held.expired(); when += 20ms) {
    start(when);
    sweeps_.finished(1, 1ms, at(when + 1ms));
  }
  EXPECT_TRUE(held.expired());
}

TEST_F(RoomSweepTest, ARoomThatStaysFullDropsItsOldestAndSaysHowMany) {
  push(1, "first", 0ms);
  start(0ms);  // a sweep that never ends
  for (int i = 0; i < 5; ++i) EXPECT_EQ(push(1, std::to_string(i) + std::string(599, 'x'), 1ms).all(), 0U);
  EXPECT_TRUE(sweeps_.expire(at(1s)).empty());
  const auto dropped = sweeps_.expire(at(3s));
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].first, 1U);
  EXPECT_EQ(dropped[0].second.pushes, 2U);
  EXPECT_LE(sweeps_.waiting_bytes(), 2000U + 1000U);
}

TEST_F(RoomSweepTest, ARoomThatHoldsNobodyBackEndsAtTwiceItsBound) {
  push(1, "first", 0ms);
  start(0ms);
  std::uint32_t dropped = 0;
  for (int i = 0; i < 20; ++i) dropped += sweeps_.push(1, text(std::string(600, 'x')), nullptr, at(1ms)).pushes;
  EXPECT_GT(dropped, 10U);
  EXPECT_LE(sweeps_.waiting_bytes(), 4000U);
}

TEST_F(RoomSweepTest, ForgettingARoomLetsItsMessagesGo) {
  push(1, "a", 0ms);
  sweeps_.forget(1);
  EXPECT_EQ(start(0ms), Bodies{});
  EXPECT_EQ(sweeps_.waiting_bytes(), 0U);
  EXPECT_EQ(token_.use_count(), 1);
}

}  // namespace
}  // namespace im::comet
