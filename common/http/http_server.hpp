#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/http/http_message.hpp"
#include "common/http/http_route.hpp"

/// A small HTTP/1.1 server behind our header guard (docs/protocol.md "HTTP, strictness"). Asio is seen by the .cpp
/// files only.
namespace im {

/// A port that is no place for web pages: backends and operators only. A browser inside the network must not become the
/// hand of a page outside of it (docs/security.md "Browsers").
struct HttpBrowserRules {
  bool closed = false;               ///< false: no rule below holds
  std::vector<std::string> origins;  ///< pages that may all the same: "https://console.example.com"
  std::vector<std::string> hosts;    ///< names of this server beside addresses and localhost
};

struct HttpServerConfig {
  std::string name;                ///< for logs and metrics: "push"
  std::string bind = "127.0.0.1";  ///< "::": every address, IPv4 too
  std::uint16_t port = 0;
  std::size_t body_limit = 64U * 1024;                       ///< larger: 413, where the route says nothing else
  std::vector<std::string> allow_from{"0.0.0.0/0", "::/0"};  ///< CIDR list; empty = nobody. Others: 403
  int threads = 1;
  HttpBrowserRules browsers;
  std::size_t max_connections = 10000;  ///< one more: the one that was idle longest ends; none idle: closed at once
  std::size_t max_per_ip = 0;           ///< of one address (IPv6: of one /64); 0 = no limit
  std::size_t pipeline_bytes = 256U * 1024;  ///< of requests and answers of one connection under way; then it waits
  int header_timeout_ms = 5000;              ///< whole head, not per read
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
  std::uint64_t refused_browser = 0;      ///< Host or Origin, see HttpBrowserRules
  std::uint64_t gave_way = 0;             ///< idle connections that ended for a new one
  std::uint64_t timeouts = 0;
  std::uint64_t connections = 0;  ///< open now
};

class HttpServer {
 public:
  explicit HttpServer(HttpServerConfig config);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Before start(); throws std::invalid_argument when the pattern is none. Unknown path: 404 "404 page not found"
  /// (text/plain).
  void route(HttpRoute route);
  void route(std::string method, std::string pattern, HttpHandler handler);
  /// Who may connect from here on (CIDR list; empty = nobody). Any thread; throws std::invalid_argument as the
  /// constructor does.
  void allow_from(const std::vector<std::string>& networks);
  /// Which pages and names from here on. Any thread.
  void browsers(const HttpBrowserRules& rules);
  /// HttpServerConfig::max_connections and max_per_ip from here on; whoever is connected stays. Any thread.
  void most_connections(std::size_t all, std::size_t per_ip);
  /// Binds and listens; throws std::runtime_error naming address, port and holder when the port is taken.
  void start();
  std::uint16_t port() const;  ///< the bound one (port 0 = chosen by the system)
  void stop_accepting();       ///< drain: running requests finish, idle connections close, others after their reply
  void stop();
  HttpServerStats stats() const;
  /// Method, pattern and figures of each route.
  void each_route(const std::function<void(const HttpRoute&)>& look) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im
