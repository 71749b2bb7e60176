#pragma once

#include <cstddef>
#include <cstdint>

namespace im {

/// What a process may open, and what of it is kept for the daemon itself: calls to others, health, files, databases.
struct Descriptors {
  std::uint64_t limit = 0;    ///< of the process, all in all
  std::uint64_t reserve = 0;  ///< of it for the daemon itself
  std::uint64_t for_clients() const { return limit - reserve; }
  /// Connections of other daemons: `wanted` (grpc.max_connections), or half of the reserve, which is then logged.
  std::size_t for_peers(int wanted) const;
};

/// An eighth, at least 64 and at most 1024, is the daemon's own. Pure.
Descriptors split_descriptors(std::uint64_t limit);

/// Raises the soft limit of open files to the hard one. Main thread, before others start.
Descriptors raise_descriptors();

/// `wanted` (0: as many as there may be) or what there is for it, which is then logged once with the key to change.
std::uint64_t clamp_to_descriptors(const char* key, std::uint64_t wanted, std::uint64_t there);

}  // namespace im
