#pragma once

#include <cstdint>
#include <string_view>

namespace im::router {

/// Session state is spread over 1024 slots; a slot is what one router owns. The home of a session is its uid when that
/// is above 0, else its key. FNV-1a: the same on every router and at every start.
inline constexpr std::size_t kSlots = 1024;

inline std::size_t slot_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return (hash ^ hash >> 32) % kSlots;
}

inline std::size_t slot_of(std::int64_t uid) {
  return slot_of(std::string_view(reinterpret_cast<const char*>(&uid), sizeof uid));
}

}  // namespace im::router
