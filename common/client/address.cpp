#include "common/client/address.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace im::client {

namespace {

Error wrong(std::string_view text, const char* expected) {
  return {Error::Code::kInvalid, "\"" + std::string(text) + "\" is not " + expected};
}

}  // namespace

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  constexpr auto kExpected = "HOST:PORT, for example 127.0.0.1:3101";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong(text, kExpected);
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong(text, kExpected);
  }
  Address address{std::string(host), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (host.empty() || error != std::errc{} || end != port.data() + port.size() || address.port == 0)
    return wrong(text, kExpected);
  return address;
}

Result<Url> parse_url(std::string_view text) {
  constexpr auto kExpected = "a URL like http://127.0.0.1:3111";
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return wrong(text, kExpected);
  const std::string_view rest = text.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string authority(rest.substr(0, slash));
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string::npos || authority.ends_with(']')) authority += ":80";
  const auto address = parse_address(authority);
  if (!address.ok()) return wrong(text, kExpected);
  return Url{address.value(), std::string(rest.substr(slash))};
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-_.~").find(c) != std::string_view::npos)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace im::client
