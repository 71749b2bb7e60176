#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace im::http {

/// 0 to 15; -1 when the character is no hex digit.
int hex_value(char c);

/// Percent-decodes; `plus_is_space` for queries. Nothing for a bad escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// "a=1&b=2&a=3" in order, repeats kept. Nothing for a bad escape.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// A request target in its parts (RFC 9112 §3.2): "/path?query", "http://authority/path?query" or "*".
struct Target {
  std::string_view authority;  ///< of the absolute form; else empty
  std::string_view path;       ///< "/" when the absolute form has none
  std::string_view query;
};
/// Nothing when it is none of the three, or the authority names a user.
std::optional<Target> split_target(std::string_view target);

}  // namespace im::http
