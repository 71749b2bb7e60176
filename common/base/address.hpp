#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im {

/// Where something listens: one form for every key, flag and message.
struct Address {
  std::string host;  ///< a name, an IPv4 address, or an IPv6 address without brackets
  std::uint16_t port = 0;
  std::string text() const;  ///< "127.0.0.1:3101", "[::1]:3101"
  friend bool operator==(const Address&, const Address&) = default;
};

/// "HOST:PORT" or "[IPV6]:PORT", port 1 to 65535.
Result<Address> parse_address(std::string_view text);

}  // namespace im
