#include "logic/media/content_range.hpp"

#include <charconv>

namespace im::logic::media {

namespace {

constexpr std::size_t kMostDigits = 15;

/// Takes a number off the front: no sign, no space, no leading zeros beside "0".
bool take_number(std::string_view& text, std::uint64_t& value) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || digits > kMostDigits || (digits > 1 && text.front() == '0')) return false;
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return true;
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

}  // namespace

std::optional<ContentRange> read_content_range(std::string_view value) {
  ContentRange range;
  if (!take_word(value, "bytes ")) return std::nullopt;
  if (take_word(value, "*/")) {
    if (!take_number(value, range.size) || !value.empty()) return std::nullopt;
    return range;
  }
  std::uint64_t last = 0;
  if (!take_number(value, range.first) || !take_word(value, "-") || !take_number(value, last) ||
      !take_word(value, "/") || !take_number(value, range.size) || !value.empty())
    return std::nullopt;
  if (last < range.first || last >= range.size) return std::nullopt;
  range.count = last - range.first + 1;
  return range;
}

}  // namespace im::logic::media
