#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/ids.hpp"

namespace im::logic {

/// What was known of the targets of a push (users, keys, a room, everybody) when the routers had been asked.
struct PushReach {
  std::uint32_t queued = 0;               ///< somebody is there: it went into Kafka for them
  std::uint32_t offline = 0;              ///< nobody is there: nothing was sent
  std::uint32_t unknown = 0;              ///< the router could not say; it went into Kafka, and every comet looks
  std::optional<std::uint32_t> sessions;  ///< of users and keys: how many were found
  std::vector<CometInstance> comets;      ///< that it went to, each once
};

}  // namespace im::logic
