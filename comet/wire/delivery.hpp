#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "comet/wire/push_frame.hpp"
#include "common/base/ids.hpp"

namespace im::comet {

/// Held by everything that has not yet taken its part of a batch of the push stream. When the last holder lets go, the
/// batch counts as taken and is acknowledged to job. Holding it is how a full room pushes back.
class TakenToken {
 public:
  virtual ~TakenToken() = default;
};
using TokenRef = std::shared_ptr<TakenToken>;

/// One record of the push stream as the workers see it. Shared by all workers of the comet, read only.
struct PushDelivery {
  PushScope scope = PushScope::kSessions;
  PushMessage message;
  std::vector<ConnId> conns;     ///< kSessions; twice in the list = delivered twice
  std::string room;              ///< kRoom
  std::string once;              ///< kRoom: its name there; empty: none
  std::string report;            ///< the name under which somebody asks about it; empty: nobody does
  std::vector<Uid> lookup_uids;  ///< kSessions whose place is not known: every worker looks in its own table
  std::vector<std::string> lookup_keys;
};

struct DeliveryBatch {
  std::vector<PushDelivery> deliveries;
  TokenRef token;
};
using DeliveryBatchRef = std::shared_ptr<const DeliveryBatch>;

}  // namespace im::comet
