#pragma once

#include <string>

#include "common/jwt/jwk.hpp"

namespace im {

/// A JWK Set in a file. With keys that can sign it must be its owner's alone (common/base/secret_file.hpp); with public
/// ones others may read it.
Result<JwkSet> read_jwk_file(const std::string& path);

}  // namespace im
