#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The one UTF-8 check of the house (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). Pure.
namespace im {

/// UTF-8 checked piece by piece: says "bad" at the first byte that can no longer become valid.
class Utf8Checker {
 public:
  bool feed(std::string_view bytes);             ///< false: invalid
  bool complete() const { return state_ == 0; }  ///< not inside a character
  void reset() { state_ = 0; }

 private:
  std::uint32_t state_ = 0;
};

bool valid_utf8(std::string_view bytes);
/// Bytes of the character at the front; 0: there is none.
std::size_t utf8_length(std::string_view bytes);
/// UTF-8 without control characters (C0, DEL, C1): what may stand in a key, a line of a log, a cell of a table.
bool plain_text(std::string_view bytes);
/// The same text with U+FFFD for every byte that is no part of a character: for answers that tell somebody what he
/// sent.
std::string to_utf8(std::string_view bytes);
/// The longest beginning of at most `most` bytes that cuts no character.
std::string_view cut_utf8(std::string_view text, std::size_t most);

}  // namespace im
