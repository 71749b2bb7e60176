#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

namespace im::kafka {

/// `batch.size` for a topic with that max.message.bytes (nullopt: not known): a broker refuses a batch above the limit
/// as a whole, librdkafka's own headers included.
inline std::size_t batch_size_for(std::optional<std::size_t> topic_limit) {
  constexpr std::size_t kMost = 1'000'000;  // librdkafka's own
  constexpr std::size_t kHeaders = 512;
  if (!topic_limit) return kMost;
  return std::clamp(*topic_limit > kHeaders ? *topic_limit - kHeaders : 0, *topic_limit / 2 + 1, kMost);
}

}  // namespace im::kafka
