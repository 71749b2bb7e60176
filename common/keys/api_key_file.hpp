#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/keys/api_key.hpp"

namespace im {

/// `{"keys":[{"id","name","sha256","scopes":[...],"rate","burst","created_ms","expires_ms"}]}`. Errors name file and
/// entry. Unknown names, ids that stand twice and unknown scopes are errors.
Result<std::vector<ApiKey>> read_api_keys(const std::string& path);

/// Replaces the file at once (a reader sees the old or the new one); readable by its owner only.
Status write_api_keys(const std::string& path, const std::vector<ApiKey>& keys);

}  // namespace im
