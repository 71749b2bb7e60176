#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/push/facts.hpp"

namespace im::job {

struct PushTarget {
  CometInstance comet;
  std::vector<ConnId> conns;  ///< kSessions
};

/// One Kafka record, its envelope read and its content left as it came. Immutable once made: all targets share it.
struct PushRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  TimePoint read{};             ///< when this job got it
  std::int64_t written_ms = 0;  ///< when logic wrote it, by logic's clock (Unix time); 0 = not known
  PushScope scope = PushScope::kSessions;
  std::vector<PushTarget> targets;  ///< each comet instance at most once
  std::string room;
  std::int32_t speed = 0;  ///< kAll: connections per second over all targets; 0 = as fast as possible
  std::string content;
  std::vector<Uid> lookup_uids;
  std::vector<std::string> lookup_keys;
  std::string cluster;     ///< whose it is (kafka.cluster)
  bool malformed = false;  ///< could not be read: has no targets
  bool copy = false;       ///< of a record that was read before: has no targets
  std::size_t bytes = 0;   ///< what it costs to keep
};
using PushRecordPtr = std::shared_ptr<const PushRecord>;

/// One target's part of a record.
struct Delivery {
  PushRecordPtr record;
  std::uint32_t target = 0;      ///< index into record->targets
  std::int32_t speed = 0;        ///< this comet's share
  std::uint64_t assignment = 0;  ///< which holding of the partition it belongs to
  std::size_t bytes = 0;         ///< on the wire, about

  std::int32_t partition() const { return record->partition; }
  std::int64_t offset() const { return record->offset; }
  const CometInstance& comet() const { return record->targets[target].comet; }
};

}  // namespace im::job
