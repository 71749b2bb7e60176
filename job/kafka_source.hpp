#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/domain_thread.hpp"
#include "common/kafka/consumer.hpp"
#include "job/push_engine.hpp"
#include "job/record_source.hpp"

namespace im::job {

/// Between the consumer's thread and the domain thread: envelopes are read on the former, at most `kQueuedBytes` wait
/// for the latter, and a revocation waits until the engine has stored what is settled.
class KafkaSource : public kafka::ConsumerHandler, public RecordSource {
 public:
  KafkaSource(kafka::ConsumerConfig config, DomainThread& domain)
      : domain_(domain), consumer_(std::move(config), *this) {}

  /// `engine` must outlive stop().
  void start(PushEngine& engine);
  void stop() { consumer_.stop(); }
  kafka::ConsumerStatus status() const { return consumer_.status(); }

  void store_offset(std::int32_t partition, std::int64_t next) override { consumer_.store_offset(partition, next); }
  void commit() override { consumer_.commit(); }
  void set_paused(bool paused) override { consumer_.set_paused(paused); }

 private:
  static constexpr std::size_t kQueuedBytes = 8U << 20;

  void on_assigned(const std::string& bus, const std::vector<kafka::AssignedPartition>& partitions) override;
  void on_revoked(const std::vector<std::int32_t>& partitions) override;
  void on_records(std::vector<kafka::ConsumedRecord> records) override;
  void on_log_began_anew(std::int32_t partition) override;
  void on_lost(std::int32_t partition, const kafka::OffsetRange& range) override;
  void take_credit(std::size_t bytes);
  void give_credit(std::size_t bytes);

  DomainThread& domain_;
  PushEngine* engine_ = nullptr;
  std::mutex mutex_;
  std::condition_variable credit_;
  std::size_t queued_bytes_ = 0;
  kafka::Consumer consumer_;
};

}  // namespace im::job
