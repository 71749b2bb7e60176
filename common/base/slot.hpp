#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

namespace im {

/// Session state is spread over 1024 slots; a slot is what one router owns (docs/decisions/0008). The home of a session
/// is its uid when that is above 0, else its key; a room's is its key. FNV-1a: the same in every process.
inline constexpr std::size_t kSlots = 1024;
using SlotSet = std::bitset<kSlots>;

inline std::size_t slot_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return (hash ^ hash >> 32) % kSlots;
}

inline std::size_t slot_of(std::int64_t uid) {
  return slot_of(std::string_view(reinterpret_cast<const char*>(&uid), sizeof uid));
}

inline std::size_t home_slot(std::int64_t uid, std::string_view key) { return uid > 0 ? slot_of(uid) : slot_of(key); }

/// The node registry lives in this slot.
inline constexpr std::size_t kRegistrySlot = 0;

/// On the wire: 128 bytes, slot 0 is the lowest bit of the first one.
std::string to_bytes(const SlotSet& slots);
/// Other lengths give the empty set.
SlotSet slots_from(std::string_view bytes);

}  // namespace im
