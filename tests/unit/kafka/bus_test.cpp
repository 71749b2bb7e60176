#include "tests/unit/kafka/bus_fixture.hpp"

namespace im::kafka {
namespace {

TEST_F(BusTest, EverythingArrivesInOrderPerKey) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  Member member(consuming());
  produce(producer, 0, 2000);
  ASSERT_TRUE(member.recorder.wait_for_values(2000));
  const std::lock_guard lock(member.recorder.mutex_);
  EXPECT_EQ(member.recorder.values_.size(), 2000U);
  EXPECT_EQ(member.recorder.buses_.front(), "one");
  for (const auto& [partition, values] : member.recorder.by_partition_) {
    std::map<int, int> last;
    for (const auto& value : values) {
      const int i = std::stoi(value);
      EXPECT_GT(i, last.try_emplace(i % 7, -1).first->second);
      last[i % 7] = i;
    }
  }
}

TEST_F(BusTest, WhatComesBeforeAnAnswerGoesTogether) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  const auto until = std::chrono::steady_clock::now() + kPatience;
  // Librdkafka tells its status only when asked.
  while (!producer.up(nullptr) && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  Member member(consuming());
  produce(producer, 0, 1);
  EXPECT_EQ(producer.stats().gathered, 0U);  // nothing to wait for
  produce(producer, 1, 2000);
  EXPECT_GT(producer.stats().gathered, 0U);
  ASSERT_TRUE(member.recorder.wait_for_values(2000));
  const std::lock_guard lock(member.recorder.mutex_);
  EXPECT_EQ(member.recorder.values_.size(), 2000U);
}

TEST_F(BusTest, GoesOnBehindWhatWasStoredAndCommitted) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  {
    Member first(consuming());
    produce(producer, 0, 100);
    ASSERT_TRUE(first.recorder.wait_for_values(100));
    first.consumer.stop();  // commits
  }
  Member second(consuming());
  produce(producer, 100, 150);
  ASSERT_TRUE(second.recorder.wait_for_values(50));
  const std::lock_guard lock(second.recorder.mutex_);
  for (const auto& value : second.recorder.values_) EXPECT_GE(std::stoi(value), 100);
  for (const auto& partition : second.recorder.assigned_) EXPECT_FALSE(partition.log_began_anew);
}

TEST_F(BusTest, WhatWasNotStoredComesAgainAndTheLogIsNotTakenForANewOne) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  {
    Member first(consuming(), false);
    produce(producer, 0, 100);
    ASSERT_TRUE(first.recorder.wait_for_values(100));
    const std::lock_guard lock(first.recorder.mutex_);
    for (const auto& partition : first.recorder.assigned_) EXPECT_TRUE(partition.log_began_anew);
  }
  Member second(consuming());
  ASSERT_TRUE(second.recorder.wait_for_values(100));
  const std::lock_guard lock(second.recorder.mutex_);
  for (const auto& partition : second.recorder.assigned_) EXPECT_FALSE(partition.log_began_anew);
}

TEST_F(BusTest, TwoMembersShareAndOneTakesOver) {
  start_cluster("one");
  Member first(consuming());
  ASSERT_TRUE(first.recorder.wait([&] { return first.recorder.assigned_.size() == 4; }));
  auto second = std::make_unique<Member>(consuming());
  ASSERT_TRUE(second->recorder.wait([&] { return second->recorder.assigned_.size() == 2; }));
  ASSERT_TRUE(first.recorder.wait([&] { return first.recorder.assigned_.size() == 2; }));
  second.reset();
  EXPECT_TRUE(first.recorder.wait([&] { return first.recorder.assigned_.size() == 4; }));
}

TEST_F(BusTest, NothingComesWhilePausedAndAllAfterwards) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  Member member(consuming());
  produce(producer, 0, 50);
  ASSERT_TRUE(member.recorder.wait_for_values(50));
  member.consumer.set_paused(true);
  produce(producer, 50, 500);
  member.consumer.set_paused(false);
  produce(producer, 500, 600);
  ASSERT_TRUE(member.recorder.wait_for_values(600));
  const std::lock_guard lock(member.recorder.mutex_);
  EXPECT_EQ(member.recorder.values_.size(), 600U);
}

TEST_F(BusTest, FollowsARestartedBrokerToItsNewPortsAndNewLog) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  Member member(consuming());
  produce(producer, 0, 100);
  ASSERT_TRUE(member.recorder.wait_for_values(100));
  cluster_.reset();
  Answers while_down;
  for (int i = 100; i < 110; ++i) producer.produce("key", std::to_string(i), while_down.expect());
  start_cluster("two");
  ASSERT_TRUE(while_down.wait_for(10));
  EXPECT_TRUE(while_down.errors().empty());
  ASSERT_TRUE(member.recorder.wait_for_values(110));
  const std::lock_guard lock(member.recorder.mutex_);
  EXPECT_EQ(member.recorder.values_.size(), 110U);
  EXPECT_EQ(member.recorder.values_.back(), "109");
  EXPECT_EQ(member.recorder.buses_.back(), "two");
  EXPECT_EQ(member.recorder.revoked_, 4U);
  for (const auto& partition : member.recorder.assigned_) EXPECT_TRUE(partition.log_began_anew);
}

}  // namespace
}  // namespace im::kafka
