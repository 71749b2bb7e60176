#include <set>

#include "tests/unit/kafka/bus_fixture.hpp"

namespace im::kafka {
namespace {

// One request in flight, as always with im-devkafka; it checks no sequence numbers, so what a real broker does about
// gaps and repeats cannot be tested here.
TEST_F(BusTest, RetriableErrorsAndCutConnectionsCauseNoLossNoDuplicateNoReorder) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  Member member(consuming());
  produce(producer, 0, 10);
  ASSERT_EQ(cluster_->fail_produce(5), "");
  produce(producer, 10, 300);
  ASSERT_EQ(cluster_->cut_produce(3), "");
  produce(producer, 300, 600);
  ASSERT_TRUE(member.recorder.wait_for_values(600));
  const std::lock_guard lock(member.recorder.mutex_);
  EXPECT_EQ(member.recorder.values_.size(), 600U);
}

// im-devkafka writes at once and answers late; it takes a record again whose answer was lost, as a real broker does
// after a change of the producer's epoch.
TEST_F(BusTest, WhatIsInTheLogTwiceIsHandedOverOnceAndItsCopyIsNamed) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  Member member(consuming());
  produce(producer, 0, 10);
  Answers answers;
  std::size_t sent = 10;
  const auto copies = [&] {
    const std::lock_guard lock(member.recorder.mutex_);
    return member.recorder.copies_;
  };
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (; copies() == 0 && std::chrono::steady_clock::now() < until; ++sent) {
    ASSERT_EQ(cluster_->set_rtt(1, 1000), "");
    producer.produce("key", std::to_string(sent), answers.expect());
    std::this_thread::sleep_for(200ms);  // not written by then: the next one
    ASSERT_EQ(cluster_->set_down(1), "");
    ASSERT_EQ(cluster_->set_rtt(1, 0), "");
    ASSERT_EQ(cluster_->set_up(1), "");
    ASSERT_TRUE(answers.wait_for(sent - 9));
    ASSERT_TRUE(member.recorder.wait_for_values(sent + 1 - answers.errors().size()));
  }
  EXPECT_GT(copies(), 0U);
  const std::lock_guard lock(member.recorder.mutex_);
  const std::set<std::string> once(member.recorder.values_.begin(), member.recorder.values_.end());
  EXPECT_EQ(once.size(), member.recorder.values_.size());
}

TEST_F(BusTest, AFatalErrorOfTheIdempotentProducerIsSurvived) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  produce(producer, 0, 10);
  ASSERT_EQ(cluster_->break_sequence(), "");
  Answers answers;
  for (int i = 10; i < 60; ++i) producer.produce("key" + std::to_string(i % 7), std::to_string(i), answers.expect());
  ASSERT_TRUE(answers.wait_for(50));
  EXPECT_EQ(producer.stats().recreated, 1U);
  const auto failed = producer.stats().failed;
  EXPECT_LT(failed, 50U);  // only what had an unknown outcome
  produce(producer, 60, 100);
  Member member(consuming());
  ASSERT_TRUE(member.recorder.wait_for_values(100 - failed));
}

TEST_F(BusTest, ADownBrokerIsSeenAndComesBack) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  Member member(consuming());
  produce(producer, 0, 10);
  ASSERT_TRUE(member.recorder.wait_for_values(10));
  ASSERT_EQ(cluster_->set_down(1), "");
  const auto until = std::chrono::steady_clock::now() + kPatience;
  // Librdkafka finds a dead broker on its own time and tells it only when asked.
  while (member.consumer.status().up && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(member.consumer.status().up);
  std::string detail;
  // Librdkafka tells its status only when asked.
  while (producer.up(&detail) && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_NE(detail.find("no broker answers"), std::string::npos) << detail;
  ASSERT_EQ(cluster_->set_up(1), "");
  produce(producer, 10, 20);
  ASSERT_TRUE(member.recorder.wait_for_values(20));
}

TEST_F(BusTest, AGroupThatIsNotAnsweredHasNotLostItsOffsets) {
  start_cluster("one");
  Producer producer(producing());
  producer.start();
  {
    Member first(consuming());
    produce(producer, 0, 50);
    ASSERT_TRUE(first.recorder.wait_for_values(50));
    first.consumer.stop();  // commits
  }
  ASSERT_EQ(cluster_->fail_offset_fetch(3), "");
  Member second(consuming());
  produce(producer, 50, 60);
  ASSERT_TRUE(second.recorder.wait_for_values(10));
  const std::lock_guard lock(second.recorder.mutex_);
  for (const auto& value : second.recorder.values_) EXPECT_GE(std::stoi(value), 50);
  for (const auto& partition : second.recorder.assigned_) EXPECT_FALSE(partition.log_began_anew);
}

TEST_F(BusTest, WithoutABrokerTheCallerHearsItInTime) {
  auto config = producing();
  config.delivery_timeout_ms = 100;
  Producer producer(config);
  producer.start();
  Answers answers;
  producer.produce("k", "v", answers.expect());
  ASSERT_TRUE(answers.wait_for(1));
  ASSERT_EQ(answers.errors().size(), 1U);
  EXPECT_EQ(answers.errors().front().code, Error::Code::kUnavailable);
  EXPECT_NE(answers.errors().front().message.find(file_), std::string::npos);
  EXPECT_EQ(producer.stats().in_flight, 0U);
}

TEST_F(BusTest, AFullQueueRefusesAtOnce) {
  auto config = producing();
  config.queue_bytes = 1000;
  Answers answers;
  Producer producer(config);  // not started: nothing leaves the queue
  producer.produce("k", std::string(500, 'x'), answers.expect());
  producer.produce("k", std::string(500, 'x'), answers.expect());
  ASSERT_TRUE(answers.wait_for(1));
  EXPECT_EQ(answers.errors().front().code, Error::Code::kOverloaded);
  EXPECT_EQ(producer.stats().in_flight, 1U);
}

}  // namespace
}  // namespace im::kafka
