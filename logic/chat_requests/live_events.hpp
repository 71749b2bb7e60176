#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <boost/json/object.hpp>

#include "common/base/ids.hpp"

namespace im::logic {

/// kTyping is dropped first when a client is slow.
enum class LiveKind : std::uint8_t { kEvent, kTyping };

/// Tells those users who are online something that is not kept: an op 102 past Kafka. Any thread, never blocks.
using TellLive = std::function<void(const std::vector<Uid>& users, const boost::json::object& event, LiveKind kind)>;

}  // namespace im::logic
