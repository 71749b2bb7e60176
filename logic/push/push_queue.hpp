#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

namespace im::logic {

/// One push as it goes into Kafka.
struct QueuedPush {
  enum class Scope : std::uint8_t { kSessions, kRoom, kAll };
  struct Target {
    CometInstance comet;
    std::vector<ConnId> conns;
  };
  Scope scope = Scope::kSessions;
  std::string partition_key;
  std::int32_t operation = 0;
  bool ignore_filter = false;  ///< also to sessions that did not ask for the operation
  std::string body;
  std::vector<Target> targets;
  std::string room;
  std::int32_t speed = 0;
  std::vector<std::int64_t> lookup_uids;  ///< place not known: every target looks in its own table
  std::vector<std::string> lookup_keys;
};

/// Kafka as logic uses it. `done` runs once, after the broker has the push on all in-sync replicas, or with an error.
/// Pushes with one partition key keep the order of the calls.
class PushQueue {
 public:
  using Done = std::function<void(Status)>;
  virtual ~PushQueue() = default;
  virtual void push(QueuedPush push, Done done) = 0;
};

}  // namespace im::logic
