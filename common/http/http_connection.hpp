#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/http/connection_registry.hpp"
#include "common/http/http_server.hpp"

namespace im::http {

/// What all connections of a server share; outlives them.
struct ServerShared {
  HttpServerConfig config;
  std::function<const HttpHandler*(const std::string& method, const std::string& path)> find;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> requests{0}, refused_guard{0}, refused_limit{0}, refused_network{0},
      refused_connections{0}, timeouts{0};
  std::atomic<std::size_t> connections{0};
  ConnectionRegistry registry;
};

/// One keep-alive connection. Requests are handed to their handlers in order, as soon as each is complete, and answered
/// in order; at most kPipeline are under way. Everything runs on the connection's strand.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, ServerShared& shared);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  void start();
  void drain();          ///< any thread: ends now when it is idle, else after what is under way
  void start_refused();  ///< answers 403 to whatever comes

 private:
  static constexpr std::size_t kPipeline = 64;
  static constexpr std::size_t kMaxHead = 8U * 1024;

  struct Slot {
    bool ready = false;
    bool last = false;       ///< close after it
    bool head_only = false;  ///< HEAD
    std::string bytes;
  };
  using SlotRef = std::shared_ptr<Slot>;
  class Answer;
  struct Parsing;
  enum class Step { kDone, kMore, kRefused };

  boost::asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<bool> read_more(std::shared_ptr<HttpConnection> self, int timeout_ms);
  boost::asio::awaitable<bool> read_request(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<std::size_t> read_head(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<bool> read_body(std::shared_ptr<HttpConnection> self, std::shared_ptr<Parsing> parsing);
  boost::asio::awaitable<void> linger(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<void> wait_for_room(std::shared_ptr<HttpConnection> self);
  Step parse(Parsing& parsing);
  void dispatch(HttpRequest request, bool keep_alive);
  void refuse(int status, const std::string& text);
  void refuse_slow(const std::string& text);
  void answer(const SlotRef& slot, const HttpResponse& response);
  void pump();
  void finish();
  void end_if_idle();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer write_deadline_;
  boost::asio::steady_timer room_;  ///< wakes the reader when an answer left
  ServerShared& shared_;
  std::string peer_;
  std::string buffer_;
  std::deque<SlotRef> slots_;
  std::string writing_;
  bool write_in_flight_ = false;
  bool no_more_ = false;   ///< no further request is read
  bool finished_ = false;  ///< our side has ended; only lingering
  bool timed_out_ = false;
  bool idle_ = false;  ///< waits for the first byte of a request
};

}  // namespace im::http
