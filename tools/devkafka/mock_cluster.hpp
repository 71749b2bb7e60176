#pragma once

#include <memory>
#include <string>
#include <vector>

namespace im::devkafka {

struct TopicSpec {
  std::string name;
  int partitions = 8;
};

/// librdkafka's mock cluster: real Kafka protocol on 127.0.0.1 and free ports, everything in memory, at most 5 MiB per
/// partition. Its header promises no ABI, so mock_cluster.cpp is the only file that sees it.
/// The verbs return "" or what is wrong. Any thread.
class MockCluster {
 public:
  /// Throws std::runtime_error.
  MockCluster(int brokers, std::vector<TopicSpec> topics);
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string bootstraps() const;  ///< "127.0.0.1:4001,127.0.0.1:4002"

  std::string set_down(int broker);         ///< -1 = all
  std::string set_up(int broker);           ///< -1 = all
  std::string set_rtt(int broker, int ms);  ///< -1 = all
  std::string fail_produce(int count);      ///< the next ones answer NOT_ENOUGH_REPLICAS (retriable)
  std::string cut_produce(int count);       ///< the next ones lose their connection
  /// The next one answers OUT_OF_ORDER_SEQUENCE_NUMBER, which is fatal for an idempotent producer.
  std::string break_sequence();
  std::string fail_offset_fetch(int count);           ///< the next ones answer GROUP_AUTHORIZATION_FAILED
  std::string set_leader(int partition, int broker);  ///< of the first topic; broker -1 = none
  std::string set_coordinator(const std::string& group, int broker);
  std::string describe() const;  ///< several lines

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::devkafka
