#include "common/http/request_head.hpp"

#include <charconv>

#include "common/http/text.hpp"
#include "common/http/url.hpp"

namespace im::http {

namespace {

void read_request_line(std::string_view line, RequestHead& out) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  out.request.method = line.substr(0, first);
  out.http10 = line.ends_with("HTTP/1.0");
  const auto target = split_target(line.substr(first + 1, last - first - 1));
  if (!target) return;
  out.authority = target->authority;
  out.request.path = target->path;
  auto query = parse_query(target->query);
  out.target_ok = query && percent_decode(target->path, false);
  if (query) out.request.query = std::move(*query);
}

void read_field(std::string_view name, std::string_view value, RequestHead& out) {
  if (name == "content-length") std::from_chars(value.data(), value.data() + value.size(), out.length);
  if (name == "transfer-encoding") out.chunked = true;
  if (name == "expect") out.expects_continue = equals_any_case(value, "100-continue");
  if (name == "host" && out.authority.empty()) out.authority = value;
  if (name == "connection") {
    if (has_word(value, "close")) out.keep_alive = false;
    if (out.http10 && has_word(value, "keep-alive")) out.keep_alive = true;
  }
}

}  // namespace

RequestHead read_head(std::string_view head) {
  RequestHead out;
  std::size_t end = head.find("\r\n");
  read_request_line(head.substr(0, end), out);
  out.keep_alive = !out.http10;
  for (std::size_t at = end + 2; at + 2 < head.size(); at = end + 2) {
    end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    const std::size_t colon = line.find(':');
    const std::string_view value = trimmed(line.substr(colon + 1));
    std::string name = lower(line.substr(0, colon));
    read_field(name, value, out);
    out.request.headers.emplace_back(std::move(name), value);
  }
  return out;
}

std::pair<std::string, std::string> begun_request(std::string_view begun) {
  const std::string_view line = begun.substr(0, begun.find("\r\n"));
  const std::size_t space = std::min(line.find(' '), line.size());
  std::string_view target = line.substr(std::min(space + 1, line.size()));
  target = target.substr(0, target.find(' '));
  const auto parts = split_target(target);
  return {std::string(line.substr(0, space)), std::string(parts ? parts->path : std::string_view())};
}

}  // namespace im::http
