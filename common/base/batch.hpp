#pragma once

#include <cstddef>

namespace im {

/// Bytes of what one message between daemons carries, at most. gRPC refuses messages above 4 MiB as a whole, so nothing
/// that grows with what clients do may be bounded by a count alone.
inline constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 20;
/// Of an entry besides its texts: numbers, tags, lengths. Generous.
inline constexpr std::size_t kEntryBytes = 64;
/// The same of a room with a number.
inline constexpr std::size_t kRoomBytes = 24;

}  // namespace im
