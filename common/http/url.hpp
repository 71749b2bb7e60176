#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace im::http {

/// Percent-decodes; `plus_is_space` for queries. Nothing for a bad escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// "a=1&b=2&a=3" in order, repeats kept. Nothing for a bad escape.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace im::http
