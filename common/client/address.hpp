#pragma once

#include <string>
#include <string_view>

#include "common/base/address.hpp"
#include "common/base/result.hpp"

namespace im::client {

using im::Address;
using im::parse_address;

struct Url {
  Address address;
  std::string target;  ///< path and query as written; "" when there is none
  bool tls = false;    ///< https
};

/// "http://HOST[:PORT][/path]", or https. Without a user and without a fragment.
Result<Url> parse_url(std::string_view text);
/// For a query: everything but letters, digits and -_.~ as %XX.
std::string percent_encode(std::string_view text);

}  // namespace im::client
