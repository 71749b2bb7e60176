#pragma once

#include <boost/asio/awaitable.hpp>

#include "common/client/http_client.hpp"

namespace im::client {

/// One request on a connection of its own. An answer of any status is a success; an Error says why there is none
/// ("connection refused"). On one thread's executor.
boost::asio::awaitable<Result<HttpAnswer>> http_call(HttpCall call);
/// The same, blocking.
Result<HttpAnswer> http_call_now(HttpCall call);

}  // namespace im::client
