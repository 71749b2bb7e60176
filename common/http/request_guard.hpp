#pragma once

#include <string_view>

namespace im::http {

/// Why a raw request head is refused before any parser sees it; kNone = it may be parsed. Each is refused because two
/// programs on its way can read it in two ways, and one of them then acts on a request that the other never checked
/// (docs/protocol.md "HTTP, strictness" names the danger of each).
enum class HeadFault {
  kNone,
  kBareLineFeed,      ///< LF without CR, or CR without LF
  kControlCharacter,  ///< NUL or another control character
  kFoldedHeader,      ///< obs-fold: a line that starts with space or tab
  kSpaceBeforeColon,
  kBadRequestLine,    ///< not "METHOD target HTTP/1.x" with single spaces; bytes in it that are not UTF-8
  kVersion,           ///< HTTP/1.0 with Upgrade, or not HTTP/1.0 or 1.1
  kHost,              ///< none (HTTP/1.1) or several; an empty one says nothing wrong
  kContentLength,     ///< several, a list, a sign, not digits, too long
  kTransferEncoding,  ///< anything but exactly "chunked", several, or beside Content-Length
  kTooManyHeaders,    ///< over 64
  kRepeated,          ///< Authorization, X-Api-Key, Idempotency-Key or Content-Type twice
};
const char* to_string(HeadFault fault);

/// `head` = the bytes up to and including the empty line. Pure.
HeadFault check_head(std::string_view head);

}  // namespace im::http
