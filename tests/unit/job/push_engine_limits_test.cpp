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

}  // namespace
}  // namespace im::job
