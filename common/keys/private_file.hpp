#pragma once

#include <string>

#include "common/base/result.hpp"

namespace im {

/// Replaces the file at once (a reader sees the old or the new one); readable by its owner only.
Status write_private_file(const std::string& path, const std::string& text);

}  // namespace im
