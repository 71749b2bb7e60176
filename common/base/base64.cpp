#include "common/base/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace im {

namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<int, 256>;  ///< of each letter; -1: none

constexpr Values values_of(std::string_view letters) {
  Values values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < letters.size(); ++i) values[static_cast<unsigned char>(letters[i])] = static_cast<int>(i);
  return values;
}

std::string encode(std::string_view bytes, std::string_view letters) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += letters[bits >> (count - 6) & 63];
  }
  if (count > 0) out += letters[bits << (6 - count) & 63];
  return out;
}

struct Decoded {
  std::string bytes;
  bool bits_left = false;  ///< some that count for nothing are set
};

std::optional<Decoded> decode(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  Decoded out;
  out.bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.bytes += static_cast<char>(bits >> count & 255);
  }
  out.bits_left = (bits & ((1U << count) - 1)) != 0;
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out = encode(bytes, kStandard);
  out.resize((out.size() + 3) / 4 * 4, '=');
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t letters = std::min(text.find('='), text.size());
  if (text.size() - letters > 2 || text.substr(letters).find_first_not_of('=') != std::string_view::npos)
    return std::nullopt;
  static constexpr Values kValues = values_of(kStandard);
  auto decoded = decode(text.substr(0, letters), kValues);
  if (!decoded) return std::nullopt;
  return std::move(decoded->bytes);
}

std::string to_base64url(std::string_view bytes) { return encode(bytes, kUrl); }

std::optional<std::string> from_base64url(std::string_view text) {
  static constexpr Values kValues = values_of(kUrl);
  auto decoded = decode(text, kValues);
  if (!decoded || decoded->bits_left) return std::nullopt;
  return std::move(decoded->bytes);
}

}  // namespace im
