#pragma once

#include <atomic>

#include <boost/asio/awaitable.hpp>

#include "common/client/http_client.hpp"

namespace im::client {

/// One request on a connection of its own. An answer of any status is a success; an Error says why there is none
/// ("connection refused"). On one thread's executor.
boost::asio::awaitable<Result<HttpAnswer>> http_call(HttpCall call);
/// The same, blocking.
Result<HttpAnswer> http_call_now(HttpCall call);
/// The same, given up within a moment when another thread sets `stop`: kUnavailable, "stopped".
Result<HttpAnswer> http_call_now(HttpCall call, const std::atomic<bool>& stop);

}  // namespace im::client
