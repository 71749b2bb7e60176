// Producer and Consumer over the real protocol. Waiting is for a condition with a generous bound; no time is asserted.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/kafka/bootstrap.hpp"
#include "common/kafka/consumer.hpp"
#include "common/kafka/producer.hpp"
#include "tools/devkafka/mock_cluster.hpp"

namespace im::kafka {
namespace {

using namespace std::chrono_literals;
constexpr auto kPatience = 30s;
constexpr char kTopic[] = "push";

/// Remembers everything; stores the offset of each record at once when `settling`.
class Recorder : public ConsumerHandler {
 public:
  void on_assigned(const std::string& bus, const std::vector<AssignedPartition>& partitions) override {
    const std::lock_guard lock(mutex_);
    buses_.push_back(bus);
    assigned_ = partitions;
    ++assignments_;
    changed_.notify_all();
  }
  void on_revoked(const std::vector<std::int32_t>& partitions) override {
    const std::lock_guard lock(mutex_);
    revoked_ += partitions.size();
    changed_.notify_all();
  }
  void on_records(std::vector<ConsumedRecord> records) override {
    const std::lock_guard lock(mutex_);
    for (auto& record : records) {
      if (settling_) consumer_->store_offset(record.partition, record.offset + 1);
      values_.push_back(record.value);
      by_partition_[record.partition].push_back(record.value);
    }
    changed_.notify_all();
  }
  void on_log_began_anew(std::int32_t) override {}

  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, condition);
  }
  bool wait_for_values(std::size_t count) {
    return wait([&] { return values_.size() >= count; });
  }

  Consumer* consumer_ = nullptr;
  bool settling_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> buses_;
  std::vector<AssignedPartition> assigned_;
  std::vector<std::string> values_;
  std::map<std::int32_t, std::vector<std::string>> by_partition_;
  std::size_t assignments_ = 0, revoked_ = 0;
};

struct Member {
  explicit Member(ConsumerConfig config, bool settling = true) : consumer(std::move(config), recorder) {
    recorder.consumer_ = &consumer;
    recorder.settling_ = settling;
    consumer.start();
  }
  Recorder recorder;
  Consumer consumer;
};

class Answers {
 public:
  Producer::Done expect() {
    return [this](Result<Producer::Position> result) {
      const std::lock_guard lock(mutex_);
      if (!result) errors_.push_back(result.error());
      ++count_;
      changed_.notify_all();
    };
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return count_ >= count; });
  }
  std::vector<Error> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::vector<Error> errors_;
};

class BusTest : public testing::Test {
 protected:
  ~BusTest() override { std::remove(file_.c_str()); }

  void start_cluster(const std::string& id) {
    cluster_ = std::make_unique<devkafka::MockCluster>(1, std::vector<devkafka::TopicSpec>{{kTopic, 4}});
    ASSERT_EQ(write_bootstrap_file(file_, {cluster_->bootstraps(), id}), "");
  }
  ProducerConfig producing() const {
    ProducerConfig config;
    config.bootstrap_file = file_;
    config.topic = kTopic;
    return config;
  }
  ConsumerConfig consuming() const {
    ConsumerConfig config;
    config.bootstrap_file = file_;
    config.topic = kTopic;
    return config;
  }
  void produce(Producer& producer, int from, int to) {
    Answers answers;
    for (int i = from; i < to; ++i) {
      producer.produce("key" + std::to_string(i % 7), std::to_string(i), answers.expect());
    }
    ASSERT_TRUE(answers.wait_for(static_cast<std::size_t>(to - from)));
    ASSERT_TRUE(answers.errors().empty()) << answers.errors().front().message;
  }

  const std::string file_ = testing::TempDir() + "bus_test." + std::to_string(getpid());
  std::unique_ptr<devkafka::MockCluster> cluster_;
};

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
  while (member.consumer.status().up && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(member.consumer.status().up);
  std::string detail;
  while (producer.up(&detail) && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_NE(detail.find("no broker answers"), std::string::npos) << detail;
  ASSERT_EQ(cluster_->set_up(1), "");
  produce(producer, 10, 20);
  ASSERT_TRUE(member.recorder.wait_for_values(20));
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
