// Producer and Consumer over the real protocol. Waiting is for a condition with a generous bound; no time is asserted.
#pragma once

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

using namespace std::chrono_literals;
inline constexpr auto kPatience = 30s;
inline constexpr char kTopic[] = "push";

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
      copies_ += record.copy ? 1 : 0;
      if (record.copy) continue;
      values_.push_back(record.value);
      by_partition_[record.partition].push_back(record.value);
    }
    changed_.notify_all();
  }
  void on_log_began_anew(std::int32_t) override {}
  void on_lost(std::int32_t, const OffsetRange&) override {}

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
  std::size_t assignments_ = 0, revoked_ = 0, copies_ = 0;
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

}  // namespace im::kafka
