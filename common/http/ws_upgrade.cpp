#include "common/http/ws_upgrade.hpp"

#include <algorithm>
#include <array>
#include <openssl/sha.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/base/base64.hpp"
#include "common/http/request_guard.hpp"
#include "common/ws/deflate_offer.hpp"

namespace im::ws {

namespace {

namespace http = boost::beast::http;
using Request = http::request<http::string_body>;

UpgradeResult refuse(int status, const char* phrase, std::string reason, const char* extra = "") {
  UpgradeResult result;
  result.status = status;
  result.reason = std::move(reason);
  const std::string body = result.reason + "\n";
  result.response = "HTTP/1.1 " + std::to_string(status) + " " + phrase + "\r\nConnection: close\r\n" + extra +
                    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body;
  return result;
}

std::string_view header(const Request& request, http::field field) {
  const auto value = request[field];
  return {value.data(), value.size()};
}

/// A list may be spread over several lines of the same name.
bool has_token(const Request& request, http::field field, const char* token) {
  const auto range = request.equal_range(field);
  return std::any_of(range.first, range.second,
                     [token](const auto& line) { return http::token_list(line.value()).exists(token); });
}

bool key_is_16_bytes(std::string_view key) {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  const auto decoded = from_base64(key);
  return decoded && decoded->size() == 16;
}

std::size_t count(const Request& request, http::field field) {
  const auto range = request.equal_range(field);
  return static_cast<std::size_t>(std::distance(range.first, range.second));
}

/// All lines of a list, as one.
std::string joined(const Request& request, http::field field) {
  std::string out;
  const auto range = request.equal_range(field);
  for (auto line = range.first; line != range.second; ++line) {
    const auto value = line->value();
    out.append(out.empty() ? "" : ",").append(value.data(), value.size());
  }
  return out;
}

/// Bytes of a body would be read as frames.
bool has_body(const Request& request) {
  return count(request, http::field::transfer_encoding) > 0 ||
         header(request, http::field::content_length).find_first_not_of('0') != std::string_view::npos;
}

bool origin_allowed(const Request& request, const std::vector<std::string>& origins) {
  if (origins.empty()) return true;
  const std::size_t given = count(request, http::field::origin);
  if (given == 0) return true;  // not a browser: the token in the first packet decides
  return given == 1 && std::find(origins.begin(), origins.end(), header(request, http::field::origin)) != origins.end();
}

}  // namespace

std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

UpgradeResult upgrade(std::string_view head, const UpgradeRules& rules) {
  const auto fault = im::http::check_head(head);
  if (fault != im::http::HeadFault::kNone) return refuse(400, "Bad Request", im::http::to_string(fault));
  http::request_parser<http::string_body> parser;
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error || !parser.is_header_done()) return refuse(400, "Bad Request", "malformed request");
  const Request& request = parser.get();
  if (has_body(request)) return refuse(400, "Bad Request", "upgrade with a body");
  if (request.method() != http::verb::get) return refuse(405, "Method Not Allowed", "GET only", "Allow: GET\r\n");
  if (std::string_view(request.target().data(), request.target().size()) != rules.path) {
    return refuse(404, "Not Found", "the path must be " + rules.path);
  }
  if (!has_token(request, http::field::upgrade, "websocket") ||
      !has_token(request, http::field::connection, "upgrade")) {
    return refuse(400, "Bad Request", "not a WebSocket upgrade");
  }
  if (header(request, http::field::sec_websocket_version) != "13" ||
      count(request, http::field::sec_websocket_version) != 1) {
    return refuse(426, "Upgrade Required", "version 13 only", "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
  }
  const std::string_view key = header(request, http::field::sec_websocket_key);
  if (!key_is_16_bytes(key) || count(request, http::field::sec_websocket_key) != 1) {
    return refuse(400, "Bad Request", "bad Sec-WebSocket-Key");
  }
  if (!origin_allowed(request, rules.origins)) return refuse(403, "Forbidden", "origin not allowed");
  UpgradeResult result;
  result.accepted = true;
  result.response =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      accept_key(key) + "\r\n";
  const std::string extension =
      rules.deflate ? accept_deflate(joined(request, http::field::sec_websocket_extensions)) : "";
  result.deflate = !extension.empty();
  if (result.deflate) result.response += "Sec-WebSocket-Extensions: " + extension + "\r\n";
  result.response += "\r\n";
  result.cookie = header(request, http::field::cookie);
  if (rules.origins.empty()) result.unchecked_origin = header(request, http::field::origin);
  return result;
}

}  // namespace im::ws
