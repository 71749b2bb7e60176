#include "logic/chat/check.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/code_point.hpp"

namespace im::logic::chat {

namespace {

constexpr std::array<std::string_view, 9> kTypes = {"text", "image",    "voice", "video", "file",
                                                    "link", "location", "card",  "custom"};
constexpr std::size_t kEmojiBytes = 40;

Error invalid(std::string_view field, std::string_view why) {
  return {Error::Code::kInvalid, std::string(field) + ": " + std::string(why)};
}

std::optional<std::vector<std::uint32_t>> signs_of(std::string_view text) {
  std::vector<std::uint32_t> signs;
  while (!text.empty()) {
    const CodePoint sign = code_point(text);
    if (sign.size == 0) return std::nullopt;
    signs.push_back(sign.value);
    text.remove_prefix(sign.size);
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
