#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace im::logic::media {

/// Which bytes of an upload a PUT carries: "bytes 0-99/1000", or with count 0 "bytes */1000": none, only finish.
struct ContentRange {
  std::uint64_t first = 0, count = 0, size = 0;
};
/// Digits, one '-' and one '/', within `size`; anything else is nothing. Pure.
std::optional<ContentRange> read_content_range(std::string_view value);

}  // namespace im::logic::media
