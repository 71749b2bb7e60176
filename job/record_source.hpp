#pragma once

#include <cstdint>

namespace im::job {

/// Kafka, as the engine sees it (besides the records). Domain thread; nothing blocks.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// Everything below `next` is settled.
  virtual void store_offset(std::int32_t partition, std::int64_t next) = 0;
  virtual void commit() = 0;
  virtual void set_paused(bool paused) = 0;
};

}  // namespace im::job
