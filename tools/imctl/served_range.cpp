#include "tools/imctl/served_range.hpp"

#include <charconv>

namespace im::imctl {

namespace {

/// Taken from the front, with the sign behind it ('\0': the end).
std::optional<std::uint64_t> take_number(std::string_view& text, char behind) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || (behind == '\0' ? to != end : to == end || *to != behind)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(to - text.data()) + (behind == '\0' ? 0 : 1));
  return number;
}

}  // namespace

std::optional<ServedRange> read_served_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const auto first = take_number(text, '-');
  const auto last = first ? take_number(text, '/') : std::nullopt;
  const auto total = last ? take_number(text, '\0') : std::nullopt;
  if (!total || *first > *last || *last >= *total) return std::nullopt;
  return ServedRange{*first, *last, *total};
}

std::string range_problem(const DownloadPlace& place, const std::optional<ServedRange>& served, std::uint64_t bytes) {
  if (!served) return "it does not say which bytes it sends";
  if (place.total && served->total != *place.total)
    return "it has " + std::to_string(served->total) + " bytes, and " + std::to_string(*place.total) +
           " were announced";
  if (served->first != place.at)
    return "it sends bytes from " + std::to_string(served->first) + " on, and " + std::to_string(place.at) +
           " is the next one";
  const std::uint64_t said = served->last - served->first + 1;
  if (bytes != said) return "it sends " + std::to_string(bytes) + " bytes and says " + std::to_string(said);
  return "";
}

}  // namespace im::imctl
