#pragma once

#include <cstdint>
#include <map>

#include "common/kafka/rd.hpp"
#include "common/kafka/recent_names.hpp"

namespace im::kafka {

/// Finds records that their producer wrote twice: librdkafka writes what is on its way anew, under a new epoch, when
/// other records have timed out, although the broker may have it. One thread.
class CopyFilter {
 public:
  /// To be asked of each record once, in the order of its partition.
  bool is_copy(const rd_kafka_message_t& message);
  bool is_copy(std::int32_t partition, std::int64_t offset, const RecordName& name) {
    return names_[partition].copy(name, offset);
  }
  /// The partition's log is another one, or lost its end: what was read of it may not have been brought out, and a copy
  /// is better than a loss.
  void forget(std::int32_t partition) { names_.erase(partition); }

 private:
  std::map<std::int32_t, RecentNames> names_;  ///< also of partitions that others have now: they may come back
};

}  // namespace im::kafka
