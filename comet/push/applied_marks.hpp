#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace im::comet {

/// The highest offset handed to the workers per (bus, topic, partition): what lies at or below it has been applied and
/// is skipped. One job's records of a partition come in offset order, so a mark is enough (docs/decisions/0003). The
/// caller holds lock() across the check and the hand-over, so that two streams cannot pass each other.
class AppliedMarks {
 public:
  struct Log {
    std::string bus;  ///< Kafka cluster id
    std::string topic;
    friend auto operator<=>(const Log&, const Log&) = default;
  };

  std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }
  /// True and the mark moves: apply it. False: seen before. Under lock().
  bool advance(const Log& log, std::int32_t partition, std::int64_t offset);
  /// The log of this partition began anew. Under lock().
  void forget(const Log& log, std::int32_t partition);

 private:
  std::mutex mutex_;
  std::map<std::pair<Log, std::int32_t>, std::int64_t> marks_;
};

}  // namespace im::comet
