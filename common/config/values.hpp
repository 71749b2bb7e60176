#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/config/options.hpp"

namespace im::config {

/// "250ms", "5s", "4m", "1h"; a bare 0 is allowed.
std::optional<Millis> parse_duration(std::string_view text);
/// "512", "64KiB", "4MiB", "1GiB".
std::optional<Bytes> parse_bytes(std::string_view text);
std::string to_text(Millis value);
std::string to_text(Bytes value);
/// The shortest text that reads back as the same number, with a point as TOML wants it.
std::string to_text(double value);
/// A TOML basic string.
std::string quoted(std::string_view text);
/// The nearest of `candidates`, when it is near enough to be what was meant; else "".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace im::config
