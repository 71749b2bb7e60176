#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/kafka/log_position.hpp"

namespace im::kafka {

struct ConsumerConfig {
  std::string brokers;         ///< "host:port,host:port"
  std::string bootstrap_file;  ///< read when `brokers` is empty; re-read until it exists and whenever it changes
  std::string topic = "goim-push-topic";
  std::string group = "goim-push-group-job";
  std::string client_id = "im";
  std::chrono::milliseconds session_timeout{6000};     ///< a dead member's partitions move after it
  std::chrono::milliseconds max_poll_interval{60000};  ///< a handler that blocks longer loses its partitions
  std::size_t prefetch_bytes = 16U << 20;
};

struct ConsumedRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string value;
  std::int64_t written_ms = 0;  ///< by the clock of its producer, Unix time; 0 = not known
  /// Its producer wrote it twice, and the first one was read by this consumer: for nobody, but its offset is to be
  /// settled. Has no value.
  bool copy = false;
};

struct AssignedPartition {
  std::int32_t partition = 0;
  std::int64_t start = 0;  ///< offset of the first record that will come; -1 = the broker did not say
  /// Offsets from `start` on are other records than before: the group has no committed offset here, or one beyond the
  /// end (log_position.hpp).
  bool log_began_anew = false;
};

/// All on the consumer's thread. Calls for one partition come as: assigned, records and log_began_anew, revoked.
class ConsumerHandler {
 public:
  virtual ~ConsumerHandler() = default;
  /// `bus`: identity of the log, the same for every consumer of this cluster.
  virtual void on_assigned(const std::string& bus, const std::vector<AssignedPartition>& partitions) = 0;
  /// Before the partitions are given up: the last moment for store_offset(). What is stored is committed after this
  /// returns (unless the broker already gave them to another member).
  virtual void on_revoked(const std::vector<std::int32_t>& partitions) = 0;
  /// In offset order per partition, never empty. Blocking here is back-pressure, within max_poll_interval.
  virtual void on_records(std::vector<ConsumedRecord> records) = 0;
  /// While assigned: the log lost its end, so the next record has an offset that another one had. on_lost() follows.
  virtual void on_log_began_anew(std::int32_t partition) = 0;
  /// While assigned: these will not come. Retention deleted them before they were read, or the log lost its end, and
  /// what is written there now may be missed in part.
  virtual void on_lost(std::int32_t partition, const OffsetRange& range) = 0;
};

struct PartitionLag {
  std::int32_t partition = 0;
  std::int64_t position = 0;  ///< stored offset, else where reading began
  std::int64_t high = -1;     ///< end of the log as the last fetch saw it; -1 = unknown
};

struct ConsumerStatus {
  bool up = false;     ///< brokers answer and the group gave an assignment (which may be empty)
  std::string detail;  ///< what is waited for
  std::string bus;
  std::vector<PartitionLag> partitions;
  std::uint64_t rebalances = 0;
  std::uint64_t committed = 0;  ///< commits that the broker took
  std::uint64_t commit_errors = 0;
  std::uint64_t gaps = 0;        ///< offsets never seen: deleted by retention first, or lost with the log's end
  std::uint64_t duplicates = 0;  ///< records fetched twice within one assignment, not handed over again
};

/// Group member with eager range assignment and manual commits: nothing is committed that was not stored with
/// store_offset(). One thread of its own; the methods may be called from any thread.
class Consumer {
 public:
  Consumer(ConsumerConfig config, ConsumerHandler& handler);
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void start();
  /// Revokes (see on_revoked), commits, leaves the group: at most 5 s.
  void stop();

  /// `next`: offset of the first record that is not settled. Ignored when the partition is not assigned.
  void store_offset(std::int32_t partition, std::int64_t next);
  /// Sends what was stored since the last call to the broker; does not wait. Failed ones go with the next call.
  void commit();
  /// Back-pressure: no records while paused; membership lives on. Holds for later assignments too.
  void set_paused(bool paused);

  ConsumerStatus status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::kafka
