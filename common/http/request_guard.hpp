#pragma once

#include <string_view>

namespace im::http {

/// Why a raw request head is refused before any parser sees it; kNone = it may be parsed.
/// Boost.Beast 1.81 lets these through (docs/protocol.md "HTTP, strictness").
enum class HeadFault {
  kNone,
  kBareLineFeed,      ///< LF without CR, or CR without LF
  kControlCharacter,  ///< NUL or another control character
  kFoldedHeader,      ///< obs-fold: a line that starts with space or tab
  kSpaceBeforeColon,
  kBadRequestLine,    ///< not "METHOD target HTTP/1.x" with single spaces
  kVersion,           ///< HTTP/1.0 with Upgrade, or not HTTP/1.0 or 1.1
  kHost,              ///< none (HTTP/1.1) or several
  kContentLength,     ///< several, a list, a sign, not digits, too long
  kTransferEncoding,  ///< anything but exactly "chunked", several, or beside Content-Length
  kTooManyHeaders,    ///< over 64
  kUpgradeWithBody,   ///< Connection: upgrade and a body
};
const char* to_string(HeadFault fault);

/// `head` = the bytes up to and including the empty line. Pure.
HeadFault check_head(std::string_view head);

}  // namespace im::http
