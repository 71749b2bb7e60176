#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "logic/push/push_spec.hpp"

namespace im::logic {

/// One push as it goes into Kafka.
struct QueuedPush {
  struct Target {
    CometInstance comet;
    std::vector<ConnId> conns;
  };
  PushScope scope = PushScope::kSessions;
  std::string order_key;
  EncodedPush content;
  std::vector<Target> targets;
  std::string room;
  std::int32_t speed = 0;
  std::vector<Uid> lookup_uids;  ///< place not known: every target looks in its own table
  std::vector<std::string> lookup_keys;
};

/// Kafka as logic uses it. `done` runs once, after the broker has the push on all in-sync replicas, or with an error.
/// Pushes with one order key keep the order of the calls.
class PushQueue {
 public:
  using Done = std::function<void(Status)>;
  virtual ~PushQueue() = default;
  virtual void push(QueuedPush push, Done done) = 0;
};

}  // namespace im::logic
