#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace im::logic {

/// What proves to the operator's service that a call is ours and new: "t=UNIX_S,v1=HEX", where HEX is the HMAC-SHA256
/// of "UNIX_S.BODY" with the secret.
std::string hook_signature(std::string_view secret, std::int64_t unix_s, std::string_view body);

}  // namespace im::logic
