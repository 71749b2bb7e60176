#pragma once

#include <string>

#include "common/base/result.hpp"

namespace im::redis {

/// The first line of the file, at most 4 KiB; kInvalid with the reason. An empty path is no password.
Result<std::string> read_password(const std::string& path);

}  // namespace im::redis
