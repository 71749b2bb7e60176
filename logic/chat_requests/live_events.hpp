#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <boost/json/object.hpp>

#include "common/base/ids.hpp"
#include "logic/store/message.hpp"

namespace im::logic {

/// kTyping is dropped first when a client is slow.
enum class LiveKind : std::uint8_t { kEvent, kTyping };

struct LiveEvent {
  boost::json::object json;
  LiveKind kind = LiveKind::kEvent;
  std::optional<store::Origin> except{};  ///< who asked for it, and has the answer
};

/// Tells those users who are online something that is not kept: an op 102 past Kafka. Any thread, never blocks.
using TellLive = std::function<void(const std::vector<Uid>& users, const LiveEvent& event)>;

}  // namespace im::logic
