#include "comet/poll/poll_request.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "common/http/request_head.hpp"
#include "common/http/url.hpp"

namespace im::comet::poll {

namespace {

constexpr std::size_t kHalf = 16;  // hex digits of 64 bits

bool read_hex(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return error == std::errc() && end == text.data() + text.size();
}

Call call_of(std::string_view name) {
  if (name == "connect") return Call::kConnect;
  if (name == "pub") return Call::kPub;
  return name == "sub" ? Call::kSub : Call::kUnknown;
}

/// False: badly escaped. A form may have very many fields that nobody knows.
bool read_form(std::string_view form, std::string& type, Request& out) {
  http::FormFields fields(form);
  while (fields.next()) {
    const std::string& name = fields.name();
    if (name != "type" && name != "session_id" && name != "message") continue;
    auto value = fields.value();
    if (!value) return false;
    if (name == "type") type = *value;
    if (name == "session_id") out.session = session_id(*value);
    if (name == "message") out.message = std::move(*value);
  }
  return fields.ok();
}

}  // namespace

std::string to_text(const SessionId& id) { return fmt::format("{:016x}{:016x}", id.conn.raw(), id.secret); }

SessionId session_id(std::string_view text) {
  SessionId id;
  std::uint64_t conn = 0;
  if (text.size() != 2 * kHalf) return {};
  if (!read_hex(text.substr(0, kHalf), conn) || !read_hex(text.substr(kHalf), id.secret)) return {};
  id.conn = ConnId(conn);
  return id;
}

Request read(std::string_view head, std::string_view body) {
  const http::RequestHead request = http::read_head(head);
  Request out;
  out.keep_alive = request.keep_alive;
  out.origin = request.request.header("origin");
  std::string type = request.request.path.substr(request.request.path.find('/') + 1);
  if (read_form(body, type, out)) {
    out.call = call_of(type);
  } else {
    out.session = {};
  }
  return out;
}

}  // namespace im::comet::poll
