#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The one base64 of the house (RFC 4648). Pure.
namespace im {

/// Section 4, with padding.
std::string base64(std::string_view bytes);
/// With padding; nothing: another letter, or an impossible length. Bits that do not count are not looked at.
std::optional<std::string> from_base64(std::string_view text);

/// Section 5, without padding, as RFC 7515 wants it.
std::string to_base64url(std::string_view bytes);
/// Strict: other letters, padding, impossible lengths and bits that do not count are refused, so that one value has one
/// text.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace im
