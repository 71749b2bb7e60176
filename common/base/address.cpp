#include "common/base/address.hpp"

#include <algorithm>
#include <charconv>

namespace im {

namespace {

/// Neither blank nor control character, nor a sign that ends a host.
bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f ||
           std::string_view("/,[]@").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  const Error wrong{Error::Code::kInvalid,
                    "\"" + std::string(text) + "\" is not HOST:PORT, for example 127.0.0.1:3101"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != (host.find(':') != std::string_view::npos)) return wrong;
  Address address{std::string(host), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (!is_host(host) || error != std::errc{} || end != port.data() + port.size() || address.port == 0) return wrong;
  return address;
}

}  // namespace im
