#include "logic/store/search_words.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "common/base/code_point.hpp"

namespace im::logic::store {

namespace {

/// One sign of UTF-8 at `at`, which moves on. Bytes that are none stand for themselves.
std::uint32_t next_sign(std::string_view text, std::size_t& at) {
  const CodePoint sign = code_point(text.substr(at));
  if (sign.size == 0) return static_cast<unsigned char>(text[at++]);
  at += sign.size;
  return sign.value;
}

std::uint32_t folded(std::uint32_t sign) {
  if (sign >= 'A' && sign <= 'Z') return sign + ('a' - 'A');
  return sign <= ' ' || sign == 0x3000 ? ' ' : sign;  // 0x3000: the space of East Asian scripts
}

std::vector<std::uint32_t> folded_signs(std::string_view text) {
  std::vector<std::uint32_t> signs;
  for (std::size_t at = 0; at < text.size();) {
    const auto sign = folded(next_sign(text, at));
    if (sign == ' ' && (signs.empty() || signs.back() == ' ')) continue;
    signs.push_back(sign);
  }
  if (!signs.empty() && signs.back() == ' ') signs.pop_back();
  return signs;
}

void append_hex(std::string& words, std::uint32_t sign) {
  std::array<char, 8> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), sign, 16).ptr;
  words.append(hex.data(), end);
}

}  // namespace

// "x" cannot be in a hexadecimal number: no two pairs have the same word, and no word is a stop word.
std::string search_words(std::string_view utf8) {
  const auto signs = folded_signs(utf8);
  std::string words;
  for (std::size_t i = 1; i < signs.size(); ++i) {
    if (!words.empty()) words += ' ';
    append_hex(words, signs[i - 1]);
    words += 'x';
    append_hex(words, signs[i]);
  }
  return words;
}

std::string search_phrase(std::string_view utf8) {
  auto words = search_words(utf8);
  return words.empty() ? words : '"' + words + '"';
}

}  // namespace im::logic::store
