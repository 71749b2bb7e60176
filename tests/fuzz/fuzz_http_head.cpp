// What the guard lets through keeps its rules, and means the same to Beast as to a plain reading of the lines, or is
// refused by it.
#include <cctype>
#include <map>
#include <string>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/http/request_guard.hpp"
#include "common/http/ws_upgrade.hpp"
#include "tests/fuzz/check.hpp"

namespace {

namespace http = boost::beast::http;
using im::fuzz::check;
using Parser = http::request_parser<http::string_body>;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Beast keeps lines of one name together; what counts is their order within a name, and a multimap keeps that.
using Fields = std::multimap<std::string, std::string>;

void add(Fields& fields, std::string_view name, std::string_view value) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  fields.emplace(std::move(lower), value);
}

/// The header lines read in the plainest way.
Fields fields_of(std::string_view head) {
  Fields fields;
  for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    check(line.find_first_of(" \t") != 0, "no folded header");
    const std::size_t colon = line.find(':');
    check(colon != std::string_view::npos && colon != 0, "every header has a name");
    check(line.substr(0, colon).find_first_of(" \t") == std::string_view::npos, "no space before the colon");
    add(fields, line.substr(0, colon), trimmed(line.substr(colon + 1)));
    at = end + 2;
  }
  return fields;
}

void check_bytes(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    if (byte == '\n') check(i > 0 && head[i - 1] == '\r', "no bare LF");
    if (byte == '\r') check(head.substr(i + 1).starts_with('\n'), "no bare CR");
    if (byte < 0x20) check(byte == '\t' || byte == '\r' || byte == '\n', "no control character");
  }
}

void check_framing(std::string_view head) {
  const Fields fields = fields_of(head);
  const bool http10 = head.substr(0, head.find("\r\n")).ends_with(" HTTP/1.0");
  const std::size_t lengths = fields.count("content-length");
  const std::size_t encodings = fields.count("transfer-encoding");
  check(fields.size() <= 64, "at most 64 headers");
  check(fields.count("host") == 1 || (http10 && !fields.contains("host")), "one Host");
  check(lengths + encodings <= 1, "one length of the body");
  check(!http10 || (encodings == 0 && !fields.contains("upgrade")), "HTTP/1.0 knows no chunks and no upgrade");
  if (lengths == 1) {
    const std::string& value = fields.find("content-length")->second;
    check(!value.empty() && value.find_first_not_of("0123456789") == std::string::npos, "a length of digits");
  }
}

void check_fields(std::string_view head, const Parser& parser) {
  Fields seen;
  for (const auto& field : parser.get()) add(seen, view(field.name_string()), view(field.value()));
  check(seen == fields_of(head), "Beast sees the same headers");
}

void check_request_line(std::string_view head, const Parser& parser) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const auto& request = parser.get();
  const std::string version = request.version() == 10 ? "HTTP/1.0" : "HTTP/1.1";
  const std::string again =
      std::string(view(request.method_string())) + " " + std::string(view(request.target())) + " " + version;
  check(line == again, "Beast sees the same request line");
}

void check_body(const Parser& parser) {
  const auto& request = parser.get();
  const bool length = request.count(http::field::content_length) == 1;
  const bool chunked = request.count(http::field::transfer_encoding) == 1;
  check(parser.chunked() == chunked, "chunked when it says so");
  if (!length) return;
  const auto stated = std::stoull(std::string(view(request[http::field::content_length])));
  check(parser.content_length().has_value() && *parser.content_length() == stated, "the same length");
}

void check_guarded(std::string_view head) {
  check_bytes(head);
  check_framing(head);
  Parser parser;
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error || !parser.is_header_done()) return;
  check(used == head.size(), "Beast ends where the guard does");
  check_request_line(head, parser);
  check_fields(head, parser);
  check_body(parser);
}

void check_upgrade(std::string_view head, bool guarded) {
  const auto result = im::ws::upgrade(head, {.path = "/sub", .origins = {}});
  if (!result.accepted) {
    check(result.status >= 400 && result.status < 500, "refused with a 4xx");
    check(result.response.find("\r\nConnection: close\r\n") != std::string::npos, "refused and closed");
    return;
  }
  check(guarded, "only what the guard accepts is upgraded");
  const Fields fields = fields_of(head);
  const auto length = fields.find("content-length");
  check(!fields.contains("transfer-encoding") &&
            (length == fields.end() || length->second.find_first_not_of('0') == std::string::npos),
        "no upgrade with a body");
  check(head.starts_with("GET /sub HTTP/1.1\r\n"), "only GET of the path is upgraded");
  check(result.status == 101 && result.response.starts_with("HTTP/1.1 101 "), "accepted with 101");
  check(result.response.find("\r\n\r\n") == result.response.size() - 4, "one head");
  check(result.cookie.find_first_of("\r\n") == std::string::npos, "cookie of one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string head(im::fuzz::text_of(data, size));
  // As the callers do: the head ends at the first empty line.
  const std::size_t end = head.find("\r\n\r\n");
  if (end == std::string::npos) head += "\r\n\r\n";
  if (end != std::string::npos) head.resize(end + 4);
  if (head.size() > 8192) return 0;
  const bool guarded = im::http::check_head(head) == im::http::HeadFault::kNone;
  if (guarded) check_guarded(head);
  check_upgrade(head, guarded);
  return 0;
}
