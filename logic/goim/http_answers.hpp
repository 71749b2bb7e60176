#pragma once

#include <charconv>
#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "common/http/http_server.hpp"

namespace im::logic {

/// goim's answers (docs/protocol.md "HTTP API"): `{"code":0,"message":""[,"data":...]}`.
HttpResponse goim_answer(int code, const std::string& message, const boost::json::value* data = nullptr);
/// A missing or malformed query parameter: HTTP 400, code -400, labelled text/plain as goim does.
HttpResponse bad_parameter(const std::string& message);

inline constexpr const char* kBadRoom =
    "parameters \"type\" and \"room\": a room is UTF-8 without control characters and has at most 512 bytes";
/// A key that a session can have (docs/protocol.md): UTF-8, since it came in JSON, and at most kMaxKey bytes.
inline constexpr std::size_t kMaxKey = 1024;
bool valid_key(const std::string& key);

/// A route whose query may be as long as a whole head may be in goim: lists are repeated parameters.
void goim_route(HttpServer& server, const char* method, const char* pattern, HttpHandler handler);

/// As Go reads numbers: a sign of either kind.
template <class T>
std::optional<T> parse_number(const std::string& text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  T value{};
  const auto [end, error] = std::from_chars(text.data() + (plus ? 1 : 0), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace im::logic
