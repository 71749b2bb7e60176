#pragma once

#include <chrono>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "common/base/result.hpp"
#include "common/client/address.hpp"

namespace im::client {

struct HttpCall {
  std::string method = "GET";
  Url url;
  std::string body;
  std::chrono::milliseconds deadline{10000};  ///< connecting and answer each; looking up a host name is not counted
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// One request on a connection of its own. An answer of any status is a success; an Error says why there is none
/// ("connection refused").
boost::asio::awaitable<Result<HttpAnswer>> http_call(HttpCall call);
/// The same, blocking.
Result<HttpAnswer> http_call_now(HttpCall call);

}  // namespace im::client
