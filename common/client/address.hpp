#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::client {

struct Address {
  std::string host;
  std::uint16_t port = 0;
  std::string text() const;  ///< "127.0.0.1:3101", "[::1]:3101"
};

struct Url {
  Address address;
  std::string target;  ///< path and query as written; "" when there is none
  bool tls = false;    ///< https
};

/// "HOST:PORT" or "[IPV6]:PORT".
Result<Address> parse_address(std::string_view text);
/// "http://HOST[:PORT][/path]", or https. Without a user and without a fragment.
Result<Url> parse_url(std::string_view text);
/// For a query: everything but letters, digits and -_.~ as %XX.
std::string percent_encode(std::string_view text);

}  // namespace im::client
