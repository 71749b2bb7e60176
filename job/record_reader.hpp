#pragma once

#include <string_view>

#include "job/push_record.hpp"

namespace im::job {

/// Reads the envelope of a Kafka record (im.push.Record). What cannot be read comes back as `malformed`. `now` becomes
/// PushRecord::read, `written_ms` the same there. Any thread.
PushRecordPtr read_record(std::int32_t partition, std::int64_t offset, std::string_view bytes, TimePoint now = {},
                          std::int64_t written_ms = 0);

/// Stands for a record that was read before.
PushRecordPtr copy_record(std::int32_t partition, std::int64_t offset);

}  // namespace im::job
