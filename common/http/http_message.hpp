#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"

namespace im {

/// Takes the body of a request piece by piece, where a route has one; made when the head is there. Called on the
/// connection's thread, one call at a time; `done` may come later, from any thread, and nothing more is read until
/// then. Let go of before finish() was called: the body was cut off.
class HttpSink {
 public:
  using Done = std::function<void(Status)>;
  virtual ~HttpSink() = default;
  virtual void write(std::string piece, Done done) = 0;
  virtual void finish(Done done) = 0;  ///< that was the whole body
};

/// Gives the body of an answer piece by piece. The next piece is asked for when the one before has left, so one piece
/// is all that waits for a slow reader. `give` may come later, from any thread; an empty piece is the end, an Error
/// cuts the answer off. Let go of early: the peer has gone.
class HttpSource {
 public:
  using Give = std::function<void(Result<std::string>)>;
  virtual ~HttpSource() = default;
  /// Known: Content-Length. Unknown: chunked, and for HTTP/1.0 until the connection ends.
  virtual std::optional<std::uint64_t> size() const = 0;
  virtual void next(Give give) = 0;
};

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;
  std::string path;     ///< as it was sent, without the query; escapes are only decoded in `captures`
  HttpFields query;     ///< decoded, in order, repeats kept
  HttpFields headers;   ///< names lower case
  HttpFields captures;  ///< what the parts of the route's pattern in braces took, decoded
  std::string body;
  std::string peer_ip;
  std::shared_ptr<HttpSink> sink;  ///< took the body, where the route has one; finished
  std::any context;                ///< what the route's gate found out, for the handler

  std::string_view header(std::string_view lower_name) const;  ///< "" when absent
  bool has_header(std::string_view lower_name) const;
  /// First value of a query parameter; nullptr when absent.
  const std::string* parameter(std::string_view name) const;
  std::vector<std::string> parameters(std::string_view name) const;
  /// "" when the pattern has no such part.
  std::string_view capture(std::string_view name) const;
  /// What follows the scheme "Bearer" (any case, RFC 9110 §11.1) in Authorization; "" when there is none.
  std::string_view bearer() const;
  /// Content-Type without parameters is this one (RFC 9110 §8.3.1: any case).
  bool has_media_type(std::string_view lower_type) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  HttpFields headers;
  std::shared_ptr<HttpSource> source = nullptr;  ///< in place of `body`
};

/// Answers one request, once, from any thread. Dropped without an answer: 500.
using HttpReply = std::function<void(HttpResponse)>;
/// Runs on a server thread: must not block; may answer later.
using HttpHandler = std::function<void(HttpRequest, HttpReply)>;

}  // namespace im
