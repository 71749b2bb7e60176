#include "common/http/request_guard.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "common/base/utf8.hpp"
#include "common/http/text.hpp"
#include "common/http/url.hpp"

namespace im::http {

namespace {

constexpr std::size_t kMaxHeaders = 64;
/// A proxy may check the one and we would take the other.
constexpr std::array<std::string_view, 4> kSingle{"authorization", "x-api-key", "idempotency-key", "content-type"};

bool token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// What the header lines say, counted.
struct Seen {
  std::size_t headers = 0, hosts = 0, lengths = 0, encodings = 0;
  std::array<std::size_t, kSingle.size()> singles{};
  bool upgrade = false;
};

HeadFault check_length(std::string_view value, Seen& seen) {
  const bool digits =
      !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (++seen.lengths > 1 || !digits || value.size() > 15) return HeadFault::kContentLength;
  return HeadFault::kNone;
}

HeadFault check_value(std::string_view name, std::string_view value, Seen& seen) {
  if (equals_any_case(name, "content-length")) return check_length(value, seen);
  if (equals_any_case(name, "host") && ++seen.hosts > 1) return HeadFault::kHost;
  if (equals_any_case(name, "transfer-encoding") && (++seen.encodings > 1 || !equals_any_case(value, "chunked")))
    return HeadFault::kTransferEncoding;
  for (std::size_t i = 0; i < kSingle.size(); ++i) {
    if (equals_any_case(name, kSingle[i]) && ++seen.singles[i] > 1) return HeadFault::kRepeated;
  }
  seen.upgrade = seen.upgrade || equals_any_case(name, "upgrade") ||
                 (equals_any_case(name, "connection") && has_word(value, "upgrade"));
  return HeadFault::kNone;
}

HeadFault check_header(std::string_view line, Seen& seen) {
  if (line.front() == ' ' || line.front() == '\t') return HeadFault::kFoldedHeader;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return HeadFault::kSpaceBeforeColon;
  const std::string_view name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), token_char)) return HeadFault::kSpaceBeforeColon;
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (++seen.headers > kMaxHeaders) return HeadFault::kTooManyHeaders;
  return check_value(name, value, seen);
}

HeadFault check_request_line(std::string_view line, bool& http10) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last == first) return HeadFault::kBadRequestLine;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!std::all_of(method.begin(), method.end(), token_char)) return HeadFault::kBadRequestLine;
  const bool plain = target.find_first_of(" \t\x7f") == std::string_view::npos && valid_utf8(target);
  if (!plain || !split_target(target)) return HeadFault::kBadRequestLine;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return HeadFault::kVersion;
  http10 = version == "HTTP/1.0";
  return HeadFault::kNone;
}

HeadFault check_bytes(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    if (byte == '\r') {
      if (i + 1 >= head.size() || head[i + 1] != '\n') return HeadFault::kBareLineFeed;
    } else if (byte == '\n') {
      if (i == 0 || head[i - 1] != '\r') return HeadFault::kBareLineFeed;
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
      return HeadFault::kControlCharacter;
    }
  }
  return HeadFault::kNone;
}

}  // namespace

const char* to_string(HeadFault fault) {
  switch (fault) {
    case HeadFault::kNone:
      return "none";
    case HeadFault::kBareLineFeed:
      return "bare line feed";
    case HeadFault::kControlCharacter:
      return "control character";
    case HeadFault::kFoldedHeader:
      return "folded header";
    case HeadFault::kSpaceBeforeColon:
      return "bad header name";
    case HeadFault::kBadRequestLine:
      return "bad request line";
    case HeadFault::kVersion:
      return "bad version";
    case HeadFault::kHost:
      return "missing or repeated Host";
    case HeadFault::kContentLength:
      return "bad Content-Length";
    case HeadFault::kTransferEncoding:
      return "bad Transfer-Encoding";
    case HeadFault::kTooManyHeaders:
      return "too many headers";
    case HeadFault::kRepeated:
      return "repeated Authorization, X-Api-Key, Idempotency-Key or Content-Type";
  }
  return "unknown";
}

HeadFault check_head(std::string_view head) {
  if (const HeadFault fault = check_bytes(head); fault != HeadFault::kNone) return fault;
  if (!head.ends_with("\r\n\r\n")) return HeadFault::kBadRequestLine;
  const std::size_t end = head.find("\r\n");
  bool http10 = false;
  if (const HeadFault fault = check_request_line(head.substr(0, end), http10); fault != HeadFault::kNone) return fault;
  Seen seen;
  for (std::size_t at = end + 2; at + 2 < head.size();) {
    const std::size_t next = head.find("\r\n", at);
    if (next == at) return HeadFault::kBadRequestLine;  // an empty line before the end: two heads
    if (const HeadFault fault = check_header(head.substr(at, next - at), seen); fault != HeadFault::kNone) return fault;
    at = next + 2;
  }
  if (seen.hosts == 0 && !http10) return HeadFault::kHost;
  if (seen.encodings > 0 && (seen.lengths > 0 || http10)) return HeadFault::kTransferEncoding;
  if (http10 && seen.upgrade) return HeadFault::kVersion;
  return HeadFault::kNone;
}

}  // namespace im::http
