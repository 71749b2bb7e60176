#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im {

/// Who else may look into a file that is read here.
enum class FileSecrecy { kSecret, kPublic };

/// The whole of a file with secrets. It must be its owner's alone (mode 0600 or 0400), or a credential that the service
/// manager hands over (a file in $CREDENTIALS_DIRECTORY); the error says which command mends it. `kPublic`: everybody
/// may read it, only its owner may write.
Result<std::string> read_secret_file(const std::string& path, FileSecrecy secrecy = FileSecrecy::kSecret);

/// Writes a file for its owner only: beside it first, then in its place, so that a reader sees the old or the new one.
Status write_secret_file(const std::string& path, std::string_view text);

}  // namespace im
