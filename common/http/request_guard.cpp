#include "common/http/request_guard.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace im::http {

namespace {

constexpr std::size_t kMaxHeaders = 64;

bool equals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
         });
}

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

bool contains_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    if (equals(trimmed(item), word)) return true;
  }
  return false;
}

bool token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// What the header lines say, counted.
struct Seen {
  std::size_t headers = 0, hosts = 0, lengths = 0, encodings = 0;
  bool upgrade = false, body = false;
};

HeadFault check_length(std::string_view value, Seen& seen) {
  const bool digits =
      !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (++seen.lengths > 1 || !digits || value.size() > 15) return HeadFault::kContentLength;
  seen.body = seen.body || value.find_first_not_of('0') != std::string_view::npos;
  return HeadFault::kNone;
}

HeadFault check_value(std::string_view name, std::string_view value, Seen& seen) {
  if (equals(name, "content-length")) return check_length(value, seen);
  if (equals(name, "host") && (++seen.hosts > 1 || value.empty())) return HeadFault::kHost;
  if (equals(name, "transfer-encoding")) {
    if (++seen.encodings > 1 || !equals(value, "chunked")) return HeadFault::kTransferEncoding;
    seen.body = true;
  }
  if (equals(name, "upgrade") || (equals(name, "connection") && contains_word(value, "upgrade"))) seen.upgrade = true;
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
  const auto bad = [](char c) { return c == ' ' || static_cast<unsigned char>(c) >= 0x7f || c == '\t'; };
  if (target.empty() || (target.front() != '/' && target != "*") || std::any_of(target.begin(), target.end(), bad)) {
    return HeadFault::kBadRequestLine;
  }
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
    case HeadFault::kUpgradeWithBody:
      return "upgrade with a body";
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
  if (seen.upgrade && seen.body) return HeadFault::kUpgradeWithBody;
  return HeadFault::kNone;
}

}  // namespace im::http
