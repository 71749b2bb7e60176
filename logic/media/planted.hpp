#pragma once

#include <cerrno>
#include <string_view>

#include "common/base/fault.hpp"

namespace im::logic::media {

/// The next step finds a full disk, where a test planted that (common/base/fault.hpp).
inline bool is_disk_full(std::string_view point) {
  if (!fault::fire(point)) return false;
  errno = ENOSPC;
  return true;
}

}  // namespace im::logic::media
