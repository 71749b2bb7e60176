#pragma once

#include <chrono>
#include <cstdint>

#include "common/http/http_message.hpp"
#include "common/http/route_stats.hpp"

namespace im {

/// Which pages may read the answers of a route (Fetch standard, "CORS protocol"). Preflights are answered by the
/// server.
struct HttpCors {
  std::vector<std::string> origins;          ///< "https://chat.example.com"; "*": any
  std::vector<std::string> request_headers;  ///< that pages may send beside the simple ones: "Authorization"
  std::vector<std::string> exposed_headers;  ///< that pages may read: "ETag"
  int max_age_s = 600;                       ///< how long a preflight is good
};

/// Looked at when the head is there, before a byte of the body is read; on a server thread, must not block. An answer:
/// the request is refused with it. What was found out goes into request.context.
using HttpGate = std::function<std::optional<HttpResponse>(HttpRequest& head)>;
/// `length`: as stated; nothing when the body is chunked.
using HttpSinkMaker =
    std::function<Result<std::shared_ptr<HttpSink>>(const HttpRequest& head, std::optional<std::uint64_t> length)>;
/// How this route says what the server refuses for it (413, 408, bad chunks; a bad head, of which `head` says nothing).
using HttpRefusal = std::function<HttpResponse(const HttpRequest& head, int status, const std::string& why)>;

/// How slowly a body may come where it goes to a sink.
struct HttpPace {
  std::uint64_t stride = 256U * 1024;  ///< so many bytes at least within the port's body_timeout_ms, again and again
  std::chrono::milliseconds whole{0};  ///< and all of it within that; 0: no bound
};

struct HttpRoute {
  std::string method;  ///< "*": any that has no route of its own
  /// "/goim/push/keys"; "/v1/conversations/{id}/messages": {id} takes one segment; "/files/{path...}" takes the rest.
  /// Compared byte by byte: "/%67oim" is not "/goim". The more literal one of two that match is taken.
  std::string pattern;
  HttpHandler handler;
  HttpGate gate = nullptr;
  std::optional<std::uint64_t> body_limit = std::nullopt;  ///< nothing: the port's
  /// GET, HEAD, DELETE: a body is read and thrown away, unless this says that the route takes one.
  bool takes_body = false;
  std::size_t target_limit = 8U * 1024;  ///< bytes of the request line; header lines have 8 KiB for themselves
  HttpSinkMaker sink = nullptr;          ///< the body goes there, not into memory
  HttpPace pace = {};
  std::shared_ptr<const HttpCors> cors = {};   ///< none: pages of other origins cannot read the answers
  HttpRefusal refusal = nullptr;               ///< none: `{"code":-400,"message":"…"}`
  bool method_not_allowed = false;             ///< another method on this path: 405 with Allow; else 404, as goim
  std::shared_ptr<HttpRouteStats> stats = {};  ///< the server's own
};

}  // namespace im
