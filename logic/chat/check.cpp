#include "logic/chat/check.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace im::logic::chat {

namespace {

constexpr std::array<std::string_view, 9> kTypes = {"text", "image",    "voice", "video", "file",
                                                    "link", "location", "card",  "custom"};
constexpr std::size_t kEmojiBytes = 40;

Error invalid(std::string_view field, std::string_view why) {
  return {Error::Code::kInvalid, std::string(field) + ": " + std::string(why)};
}

/// One sign by RFC 3629, shortest form, no surrogates; nothing: not UTF-8.
std::optional<std::uint32_t> take_sign(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) return std::nullopt;
  if (more >= text.size()) return std::nullopt;
  std::uint32_t sign = more == 0 ? first : first & (0x3fU >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80) return std::nullopt;
    sign = sign << 6 | (byte & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 4> kLeast = {0, 0x80, 0x800, 0x10000};
  if (sign < kLeast[more] || sign > 0x10ffff || (sign >= 0xd800 && sign < 0xe000)) return std::nullopt;
  text.remove_prefix(more + 1);
  return sign;
}

std::optional<std::vector<std::uint32_t>> signs_of(std::string_view text) {
  std::vector<std::uint32_t> signs;
  while (!text.empty()) {
    const auto sign = take_sign(text);
    if (!sign) return std::nullopt;
    signs.push_back(*sign);
  }
  return signs;
}

bool is_control(std::uint32_t sign) {
  return (sign < 0x20 && sign != '\n' && sign != '\t') || (sign >= 0x7f && sign < 0xa0);
}

/// Digits, # and * begin keycaps.
bool may_be_in_emoji(std::uint32_t sign) {
  return (sign >= '0' && sign <= '9') || sign == '#' || sign == '*' || sign == 0xa9 || sign == 0xae || sign == 0x200d ||
         (sign >= 0x203c && sign <= 0x3299) || (sign >= 0xfe00 && sign <= 0xfe0f) ||
         (sign >= 0x1f000 && sign <= 0x1faff) || (sign >= 0xe0020 && sign <= 0xe007f);
}

}  // namespace

Status check_text(std::string_view field, std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return invalid(field, "at most " + std::to_string(max_bytes) + " bytes");
  const auto signs = signs_of(text);
  if (!signs) return invalid(field, "is not UTF-8");
  if (std::ranges::any_of(*signs, is_control)) return invalid(field, "holds control signs");
  return Ok{};
}

Status check_given(std::string_view field, std::string_view text, std::size_t max_bytes) {
  if (text.empty()) return invalid(field, "is missing");
  return check_text(field, text, max_bytes);
}

Status check_emoji(std::string_view text) {
  const auto signs = text.size() <= kEmojiBytes ? signs_of(text) : std::nullopt;
  if (!signs || signs->empty() || !std::ranges::all_of(*signs, may_be_in_emoji) ||
      std::ranges::none_of(*signs, [](auto sign) { return sign >= 0xa0; }))
    return invalid("emoji", "is not an emoji");
  return Ok{};
}

Status check_type(std::string_view type) {
  if (std::ranges::find(kTypes, type) == kTypes.end()) return invalid("type", "is not one of those that can be sent");
  return Ok{};
}

}  // namespace im::logic::chat
