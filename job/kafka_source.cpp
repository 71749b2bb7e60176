#include "job/kafka_source.hpp"

#include <utility>

#include "common/base/log.hpp"
#include "job/record_reader.hpp"

namespace im::job {

using namespace std::chrono_literals;

void KafkaSource::start(PushEngine& engine) {
  engine_ = &engine;
  consumer_.start();
}

void KafkaSource::take_credit(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  credit_.wait(lock, [this] { return queued_bytes_ < kQueuedBytes; });
  queued_bytes_ += bytes;
}

void KafkaSource::give_credit(std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    queued_bytes_ -= bytes;
  }
  credit_.notify_one();
}

void KafkaSource::on_assigned(const std::string& bus, const std::vector<kafka::AssignedPartition>& partitions) {
  std::vector<HeldPartition> held;
  held.reserve(partitions.size());
  for (const auto& partition : partitions) held.push_back({partition.partition, partition.log_began_anew});
  domain_.post([this, bus, held = std::move(held)] { engine_->assigned(bus, held); });
}

void KafkaSource::on_revoked(const std::vector<std::int32_t>& partitions) {
  if (!domain_.run_and_wait([this, partitions] { engine_->revoked(partitions); }, 2s)) {
    log::warn("partitions are given up before all that is settled was stored: some records will come again");
  }
}

void KafkaSource::on_records(std::vector<kafka::ConsumedRecord> records) {
  std::size_t bytes = 0;
  std::vector<PushRecordPtr> read;
  read.reserve(records.size());
  for (const auto& record : records) {
    read.push_back(
        record.copy ? copy_record(record.partition, record.offset)
                    : read_record(record.partition, record.offset, record.value, monotonic_now(), record.written_ms));
    bytes += read.back()->bytes;
  }
  take_credit(bytes);
  domain_.post([this, bytes, read = std::move(read)] {
    engine_->records(read);
    give_credit(bytes);
  });
}

void KafkaSource::on_log_began_anew(std::int32_t partition) {
  domain_.post([this, partition] { engine_->log_began_anew(partition); });
}

void KafkaSource::on_lost(std::int32_t partition, const kafka::OffsetRange& range) {
  domain_.post([this, lost = LostRange{partition, range.from}] { engine_->lost(lost); });
}

}  // namespace im::job
