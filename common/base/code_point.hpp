#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/utf8.hpp"

namespace im {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;  ///< bytes of it; 0: the text does not begin with a character
};

/// The character at the front of a text.
inline CodePoint code_point(std::string_view text) {
  const std::size_t size = utf8_length(text);
  if (size == 0) return {};
  const auto byte = [text](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  std::uint32_t value = size == 1 ? byte(0) : byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) value = value << 6 | (byte(i) & 0x3fU);
  return {value, size};
}

}  // namespace im
