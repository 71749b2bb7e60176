#pragma once

#include <cstdint>
#include <string>

namespace im::logic::media {

/// On a disk so full that the store cannot be opened: the bytes of what is over go without their rows, see RoomMaker.
/// How many files went. Blocking, where no logic has the store open.
int make_first_room(const std::string& dsn, const std::string& folder, std::int64_t unfinished_ms);

}  // namespace im::logic::media
