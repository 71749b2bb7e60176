#include "logic/chat/file_name.hpp"

#include <cstdint>

#include "common/base/code_point.hpp"

namespace im::logic::chat {

namespace {

constexpr std::size_t kMostFileName = 180;

/// Marks, embeddings, overrides and isolates: "exe.gpj" would be shown as "jpg.exe".
bool turns_around(std::uint32_t sign) {
  return sign == 0x200e || sign == 0x200f || sign == 0x061c || (sign >= 0x202a && sign <= 0x202e) ||
         (sign >= 0x2066 && sign <= 0x2069);
}

}  // namespace

std::string name_problem(std::string_view name) {
  if (name.empty()) return "is missing";
  if (name.size() > kMostFileName) return "at most 180 bytes";
  if (name == "." || name == ".." || name.find_first_of("/\\") != std::string_view::npos) return "is no file name";
  while (!name.empty()) {
    const CodePoint sign = code_point(name);
    if (sign.size == 0) return "is not UTF-8";
    if (sign.value < 0x20 || (sign.value >= 0x7f && sign.value < 0xa0)) return "holds control signs";
    if (turns_around(sign.value)) return "holds signs that turn the text around";
    name.remove_prefix(sign.size);
  }
  return "";
}

}  // namespace im::logic::chat
