#pragma once

#include <string_view>

namespace im {

/// Rooms of the cluster's own, "conv://ID": connections come in and go by command of logic alone. A client that asks
/// for one, at whatever door and in whatever dialect, does not get it.
inline constexpr std::string_view kReservedRoomType = "conv://";
inline bool reserved_room(std::string_view key) { return key.starts_with(kReservedRoomType); }

}  // namespace im
