#include "logic/media/content_type.hpp"

#include <algorithm>
#include <array>

#include "common/base/code_point.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kWholeHead = 4096;

struct Magic {
  std::size_t at;
  std::string_view bytes;
  const char* kind;
  const char* mime;
};
using namespace std::string_view_literals;
constexpr std::array kMagics = {
    Magic{0, "\xff\xd8\xff"sv, "image", "image/jpeg"},
    Magic{0, "\x89PNG\r\n\x1a\n"sv, "image", "image/png"},
    Magic{0, "GIF87a"sv, "image", "image/gif"},
    Magic{0, "GIF89a"sv, "image", "image/gif"},
    Magic{8, "WEBPVP8"sv, "image", "image/webp"},
    Magic{0, "OggS\0"sv, "voice", "audio/ogg"},
    Magic{0, "\x1a\x45\xdf\xa3"sv, "video", "video/webm"},
    Magic{4, "ftyp"sv, "video", "video/mp4"},
    Magic{0, "fLaC"sv, "voice", "audio/flac"},
    Magic{0, "ID3"sv, "voice", "audio/mpeg"},
    Magic{8, "WAVEfmt "sv, "voice", "audio/wav"},
    Magic{0, "%PDF-"sv, "file", "application/pdf"},
    Magic{0, "PK\x03\x04"sv, "file", "application/zip"},
    Magic{0, "\x1f\x8b\x08"sv, "file", "application/gzip"},
    Magic{0, "7z\xbc\xaf\x27\x1c"sv, "file", "application/x-7z-compressed"},
};

/// Signs that people read, in UTF-8; the last one may be cut off where this is not all.
bool is_plain_text(std::string_view head) {
  const bool is_cut = head.size() >= kWholeHead;
  while (!head.empty()) {
    const CodePoint sign = code_point(head);
    if (sign.size == 0) return is_cut && head.size() < 4;
    if (sign.value < 0x20 && sign.value != '\n' && sign.value != '\r' && sign.value != '\t') return false;
    head.remove_prefix(sign.size);
  }
  return true;
}

bool holds(std::string_view head, std::string_view word) { return head.find(word) != std::string_view::npos; }

/// Containers that are for both: what is in them is named near their beginning.
ContentType with_streams(std::string_view head, const Magic& magic) {
  const std::string_view mime = magic.mime;
  if (mime == "audio/ogg" && holds(head, "\x80theora")) return {"video", "video/ogg"};
  if (mime == "video/webm" && holds(head, "A_") && !holds(head, "V_")) return {"voice", "audio/webm"};
  if (mime == "video/mp4" && head.substr(8).starts_with("M4A")) return {"voice", "audio/mp4"};
  return {magic.kind, magic.mime};
}

}  // namespace

ContentType content_type_of(std::string_view head) {
  for (const Magic& magic : kMagics)
    if (head.size() >= magic.at + magic.bytes.size() && head.substr(magic.at, magic.bytes.size()) == magic.bytes)
      return with_streams(head, magic);
  return {"file", is_plain_text(head) ? "text/plain; charset=utf-8" : "application/octet-stream"};
}

}  // namespace im::logic::media
