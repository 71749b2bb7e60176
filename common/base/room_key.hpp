#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/utf8.hpp"

namespace im {

inline constexpr std::size_t kMaxRoomKey = 512;  ///< bytes

/// What may name a room ("type://id", or any text of goim clients), wherever it comes from: it is kept by every daemon,
/// stands in answers and in terminals. docs/protocol.md, "Deviations".
inline bool valid_room_key(std::string_view key) {
  return !key.empty() && key.size() <= kMaxRoomKey && plain_text(key);
}

}  // namespace im
