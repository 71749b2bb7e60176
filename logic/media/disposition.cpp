#include "logic/media/disposition.hpp"

namespace im::logic::media {

namespace {

/// RFC 8187 §3.2.1 attr-char.
bool is_plain(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$&+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

}  // namespace

std::string disposition_of(bool shown_inline, std::string_view name) {
  std::string ascii, escaped;
  for (const char letter : name) {
    const auto c = static_cast<unsigned char>(letter);
    ascii += c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%' ? letter : '_';
    if (is_plain(c)) {
      escaped += letter;
    } else {
      escaped += '%';
      escaped += "0123456789ABCDEF"[c >> 4];
      escaped += "0123456789ABCDEF"[c & 15];
    }
  }
  return std::string(shown_inline ? "inline" : "attachment") + "; filename=\"" + ascii + "\"; filename*=UTF-8''" +
         escaped;
}

}  // namespace im::logic::media
