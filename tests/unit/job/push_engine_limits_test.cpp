#include <algorithm>

#include "tests/unit/job/push_engine_fixture.hpp"

namespace im::job {
namespace {

class SmallPushEngineTest : public PushEngineTest {
 protected:
  SmallPushEngineTest() : PushEngineTest(small()) {}
  static EngineConfig small() {
    EngineConfig config;
    config.link = {.window = 100, .backlog = 10000, .batch_count = 1};
    config.memory_limit = 5000;
    return config;
  }
};

TEST_F(SmallPushEngineTest, ReadingPausesAtTheMemoryLimitAndGoesOnBelowHalf) {
  ready_with({node(1)});
  for (int i = 0; i < 6; ++i) push(0, i, {comet(1)}, 1000);
  EXPECT_TRUE(source_.paused);
  for (int i = 0; i < 3; ++i) ack(comet(1));
  EXPECT_TRUE(source_.paused);
  ack(comet(1));
  EXPECT_FALSE(source_.paused);
  EXPECT_EQ(engine_->stats().drops.memory, 0U);
}

TEST_F(SmallPushEngineTest, ASilentCometLosesItsBacklogBeforeOthersArePaused) {
  ready_with({node(1), node(2)});
  push(0, 0, {comet(1)}, 1000);
  scheduler_.advance(3s);
  push(1, 0, {comet(2)}, 1000);
  ack(comet(2));
  for (int i = 1; i < 8; ++i) push(0, i, {comet(1)}, 1000);
  EXPECT_FALSE(source_.paused);
  EXPECT_GT(engine_->stats().drops.memory, 0U);
  push(1, 1, {comet(2)}, 1000);
  ack(comet(2));
  EXPECT_EQ(source_.stored[1], 2);
}

TEST_F(SmallPushEngineTest, AFullBacklogDropsForThatCometOnly) {
  config_.memory_limit = 1U << 30;
  SetUp();
  ready_with({node(1), node(2)});
  for (int i = 0; i < 20; ++i) {
    push(0, i, {comet(1), comet(2)}, 1000);
    ack(comet(2));
  }
  EXPECT_GT(engine_->stats().drops.stalled, 0U);
  EXPECT_EQ(gateway_.to(comet(2))->all().size(), 20U);
  while (!engine_->settled()) ack(comet(1));
  EXPECT_EQ(source_.stored[0], 20);
  const auto told = [this](const CometInstance& instance) {
    const auto& messages = gateway_.to(instance)->messages;
    return std::count_if(messages.begin(), messages.end(), [](const auto& message) { return message.missed; });
  };
  EXPECT_EQ(told(comet(1)), 1) << "its clients must hear of it";
  EXPECT_EQ(told(comet(2)), 0);
}

// A job that dies now leaves the debt in Kafka: the next holder reads from there and owes it again.
TEST_F(SmallPushEngineTest, WhatACometMissedIsNotCommittedBeforeItWasTold) {
  config_.memory_limit = 1U << 30;
  SetUp();
  ready_with({node(1), node(2)});
  for (int i = 0; i < 20; ++i) {
    push(0, i, {comet(1), comet(2)}, 1000);
    ack(comet(2));
  }
  const auto taken = static_cast<std::int64_t>(20 - engine_->stats().drops.stalled);
  ASSERT_LT(taken, 20);
  const auto wire = gateway_.to(comet(1));
  while (!wire->messages.back().missed) {
    ack(comet(1));
    engine_->tick();
    EXPECT_LE(source_.committed[0], taken);
  }
  EXPECT_EQ(engine_->stats().debts, 1U);
  while (!engine_->settled()) ack(comet(1));
  engine_->tick();
  EXPECT_EQ(engine_->stats().debts, 0U);
  EXPECT_EQ(source_.committed[0], 20);
}

TEST_F(SmallPushEngineTest, ADebtEndsWithItsComet) {
  config_.memory_limit = 1U << 30;
  SetUp();
  ready_with({node(1), node(2)});
  for (int i = 0; i < 20; ++i) {
    push(0, i, {comet(1), comet(2)}, 1000);
    ack(comet(2));
  }
  nodes({node(2)});
  engine_->tick();
  EXPECT_EQ(engine_->stats().debts, 0U);
  EXPECT_EQ(source_.committed[0], 20);
}

TEST_F(PushEngineTest, WhatKafkaLostIsToldToEveryCometAndNotCommittedBefore) {
  ready_with({node(1), node(2)});
  engine_->lost({0, 5});
  scheduler_.run();
  push(0, 50, {comet(1)});
  const auto told = [this](std::uint32_t number) {
    const auto& messages = gateway_.to(comet(number))->messages;
    return std::ranges::count_if(messages, [](const auto& message) { return message.missed; });
  };
  EXPECT_EQ(told(1), 1);
  EXPECT_EQ(told(2), 1);
  while (!engine_->settled()) ack(comet(1));
  engine_->tick();
  EXPECT_LE(source_.committed[0], 5) << "the next holder sees the same gap";
  ack(comet(2));
  engine_->tick();
  EXPECT_EQ(source_.committed[0], 51);
  EXPECT_EQ(told(2), 1);
}

TEST_F(PushEngineTest, WhatKafkaLostBeforeTheCometsAreKnownIsToldWhenTheyAre) {
  assign({{0}});
  engine_->lost({0, 5});
  nodes({node(1)});
  open(comet(1));
  EXPECT_TRUE(gateway_.to(comet(1))->messages.back().missed);
  ack(comet(1));
  nodes({node(1), node(2)});
  open(comet(2));
  EXPECT_TRUE(gateway_.to(comet(2))->messages.back().missed) << "the registry has only just been met";
  ack(comet(2));
  scheduler_.advance(11s);
  engine_->tick();
  nodes({node(1), node(2), node(3)});
  open(comet(3));
  EXPECT_TRUE(gateway_.to(comet(3))->messages.empty());
  EXPECT_EQ(engine_->stats().debts, 0U);
}

}  // namespace
}  // namespace im::job
