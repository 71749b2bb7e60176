#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace im {

/// RFC 4648 section 5, without padding, as RFC 7515 wants it.
std::string to_base64url(std::string_view bytes);
/// Strict: other letters, padding, impossible lengths and bits that do not count are refused, so that one value has one
/// text.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace im
