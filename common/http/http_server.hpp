#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A small HTTP/1.1 server on Boost.Beast behind our header guard (docs/protocol.md "HTTP, strictness").
/// Beast is seen by http_server.cpp and ws_upgrade.cpp only.
namespace im {

struct HttpRequest {
  std::string method;
  std::string path;                                          ///< decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order, repeats kept
  std::vector<std::pair<std::string, std::string>> headers;  ///< names lower case
  std::string body;
  std::string peer_ip;

  std::string_view header(std::string_view lower_name) const;  ///< "" when absent
  /// First value of a query parameter; nullptr when absent.
  const std::string* parameter(std::string_view name) const;
  std::vector<std::string> parameters(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers one request, once, from any thread. Dropped without an answer: 500.
using HttpReply = std::function<void(HttpResponse)>;
/// Runs on a server thread: must not block; may answer later.
using HttpHandler = std::function<void(HttpRequest, HttpReply)>;

struct HttpServerConfig {
  std::string name;  ///< for logs and metrics: "push"
  std::string bind = "127.0.0.1";
  std::uint16_t port = 0;
  std::size_t body_limit = 64U * 1024;  ///< larger: 413
  std::vector<std::string> allow_from;  ///< CIDR list; empty = everybody. Others: 403
  int threads = 1;
  std::size_t max_connections = 10000;  ///< one more is closed at once
  std::size_t max_per_ip = 0;           ///< the same, of one address; 0 = no limit
  int header_timeout_ms = 5000;         ///< whole head, not per read
  int body_timeout_ms = 10000;
  int idle_timeout_ms = 60000;   ///< keep-alive
  int write_timeout_ms = 30000;  ///< how long the peer may take to read what is answered
  int linger_timeout_ms = 1000;  ///< how long the peer may take to end after our last answer
};

struct HttpServerStats {
  std::uint64_t requests = 0;
  std::uint64_t refused_guard = 0;        ///< smuggling and malformed heads
  std::uint64_t refused_limit = 0;        ///< 413, 431
  std::uint64_t refused_network = 0;      ///< allow_from
  std::uint64_t refused_connections = 0;  ///< max_connections, max_per_ip
  std::uint64_t timeouts = 0;
  std::uint64_t connections = 0;  ///< open now
};

class HttpServer {
 public:
  explicit HttpServer(HttpServerConfig config);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Before start(). Method "*": any that has no route of its own. Unknown path: 404 "404 page not found" (text/plain);
  /// known path, other method: the same, as goim does.
  void route(std::string method, std::string path, HttpHandler handler);
  /// Binds and listens; throws std::runtime_error naming address, port and holder when the port is taken.
  void start();
  std::uint16_t port() const;  ///< the bound one (port 0 = chosen by the system)
  void stop_accepting();       ///< drain: running requests finish, idle connections close, others after their reply
  void stop();
  HttpServerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im
