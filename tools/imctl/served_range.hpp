#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace im::imctl {

/// What a partial answer says that it holds, "bytes 0-9/100": both ends included.
struct ServedRange {
  std::uint64_t first = 0, last = 0, total = 0;
};
std::optional<ServedRange> read_served_range(std::string_view text);

/// A download under way. Pure.
struct DownloadPlace {
  std::uint64_t at = 0;                ///< the next byte
  std::optional<std::uint64_t> total;  ///< of all bytes, once it was said
};
/// Why an answer of so many bytes is not what comes next; "": it is, or the beginning of it.
std::string range_problem(const DownloadPlace& place, const std::optional<ServedRange>& served, std::uint64_t bytes);

}  // namespace im::imctl
