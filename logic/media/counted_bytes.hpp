#pragma once

#include <algorithm>
#include <cstdint>

namespace im::logic::media {

/// A disk pays a block for each file, however few its bytes are.
inline constexpr std::int64_t kLeastCounted = 4096;

/// What bytes under one name count for: in the quotas of users and addresses, and on the disk. Pure.
constexpr std::int64_t counted_bytes(std::int64_t bytes) { return std::max(bytes, kLeastCounted); }

}  // namespace im::logic::media
