#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/keys/api_key.hpp"

namespace im {

/// `{"keys":[{"id","name","sha256","scopes":[...],"rate","burst","created_ms","expires_ms"}]}`. Errors name the
/// entry. Unknown names, ids that stand twice and unknown scopes are errors.
Result<std::vector<ApiKey>> parse_api_keys(std::string_view text);
/// The same of a file of its owner's alone (common/base/secret_file.hpp); errors begin with its path.
Result<std::vector<ApiKey>> read_api_keys(const std::string& path);

/// Replaces the file at once (a reader sees the old or the new one); readable by its owner only.
Status write_api_keys(const std::string& path, const std::vector<ApiKey>& keys);

}  // namespace im
