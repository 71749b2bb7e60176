#include "common/base/utf8.hpp"

#include <algorithm>

namespace im {

namespace {

// A character in progress is kept as: continuation bytes left (bits 0-1), and the allowed range of the next byte
// (bits 8-15 lowest, bits 16-23 highest): Unicode 15, table 3-7.
std::uint32_t expect(std::uint32_t left, std::uint32_t low, std::uint32_t high) { return left | low << 8 | high << 16; }

/// What has to follow a first byte that is not ASCII; 0: no character begins with it.
std::uint32_t after_first(std::uint8_t byte) {
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte <= 0xdf) return expect(1, 0x80, 0xbf);
  if (byte <= 0xef) return expect(2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf);
  return expect(3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf);
}

bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  return character.size() == 2 && byte(0) == 0xc2 && byte(1) < 0xa0;
}

}  // namespace

bool Utf8Checker::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (state_ != 0) {
      if (byte < (state_ >> 8 & 0xff) || byte > (state_ >> 16 & 0xff)) return false;
      const std::uint32_t left = (state_ & 3) - 1;
      state_ = left == 0 ? 0 : expect(left, 0x80, 0xbf);
    } else if (byte >= 0x80) {
      state_ = after_first(byte);
      if (state_ == 0) return false;
    }
  }
  return true;
}

bool valid_utf8(std::string_view bytes) {
  Utf8Checker checker;
  return checker.feed(bytes) && checker.complete();
}

std::size_t utf8_length(std::string_view bytes) {
  Utf8Checker checker;
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    if (!checker.feed(bytes.substr(size - 1, 1))) return 0;
    if (checker.complete()) return size;
  }
  return 0;
}

bool plain_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = utf8_length(bytes);
    if (size == 0 || is_control(bytes.substr(0, size))) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t size = utf8_length(bytes);
    text += size == 0 ? "\xef\xbf\xbd" : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

std::string_view cut_utf8(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<std::uint8_t>(text[most]) & 0xc0U) == 0x80U) --most;
  return text.substr(0, most);
}

}  // namespace im
