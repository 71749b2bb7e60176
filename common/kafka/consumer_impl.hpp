#pragma once

// Private to common/kafka: the inside of Consumer, whose functions stand in consumer.cpp (thread, records) and
// consumer_group.cpp (membership, offsets).

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"
#include "common/kafka/consumer.hpp"
#include "common/kafka/copy_filter.hpp"
#include "common/kafka/offset_book.hpp"
#include "common/kafka/rd.hpp"

namespace im::kafka {

inline constexpr char kDeletedUnread[] = "retention deleted them before they were read";
inline constexpr char kCutShort[] = "the log lost its end";

struct Consumer::Impl {
  Impl(ConsumerConfig c, ConsumerHandler& h) : config(std::move(c)), handler(h) {}

  // Consumer's thread
  void run();
  void follow_bootstrap();
  void open(const Bootstrap& found);
  void close();
  void poll_once();
  void take(const rd_kafka_message_t& message);
  void flush_batch();
  void apply_pause();
  void probe();
  void rebalance(rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t* partitions);
  void assign(rd_kafka_topic_partition_list_t* partitions);
  void revoke();
  void commit_and_wait();
  bool ask_group(rd_kafka_topic_partition_list_t* partitions, std::string& id);
  std::vector<StartPosition> start_positions(rd_kafka_topic_partition_list_t* partitions);
  void take_up(const std::vector<AssignedPartition>& held, const std::string& id);
  void cut_short(std::int32_t partition, std::int64_t& next, std::int64_t high);
  void lost(std::int32_t partition, const OffsetRange& range, const char* why);
  std::string cluster_id();
  rd::Conf client_conf(const Bootstrap& found);

  // Any thread
  rd::Client current() const;
  void note(bool up, std::string why);
  void commit_answered(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t* offsets);

  const ConsumerConfig config;
  ConsumerHandler& handler;
  std::thread thread;
  std::atomic<bool> pause_wanted{false};
  std::atomic<bool> brokers_down{false};
  std::atomic<std::uint64_t> rebalances{0}, committed{0}, commit_errors{0}, gaps{0}, duplicates{0};

  mutable std::mutex mutex;  // client, book, up, detail, bus, stopping
  std::condition_variable wake;
  rd::Client client;
  OffsetBook book;
  bool up = false;
  std::string detail = "starting";
  std::string bus;
  bool stopping = false;

  // Consumer's thread only
  std::optional<Bootstrap> used;
  std::map<std::int32_t, std::int64_t> expected;  // next offset per assigned partition, -1 = not known
  CopyFilter copies;
  std::vector<ConsumedRecord> batch;
  std::size_t batch_bytes = 0;
  bool paused = false;
  TimePoint next_look{};
  TimePoint next_probe{};
};

}  // namespace im::kafka
