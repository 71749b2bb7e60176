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
#include "common/http/refusal_log.hpp"
#include "common/http/request_head.hpp"
#include "common/http/route_table.hpp"

namespace im::http {

/// What all connections of a server share; outlives them.
struct ServerShared {
  explicit ServerShared(HttpServerConfig from)
      : config(std::move(from)),
        browsers(std::make_shared<const HttpBrowserRules>(config.browsers)),
        max_connections(config.max_connections),
        max_per_ip(config.max_per_ip) {}

  const HttpServerConfig config;  ///< as it was at first: what may change stands below
  std::atomic<std::shared_ptr<const HttpBrowserRules>> browsers;
  std::atomic<std::size_t> max_connections, max_per_ip;
  RefusalLog refusals{config.name};
  RouteTable routes;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> requests{0}, refused_guard{0}, refused_limit{0}, refused_network{0},
      refused_connections{0}, refused_browser{0}, gave_way{0}, timeouts{0};
  std::atomic<std::size_t> connections{0};
  ConnectionRegistry registry;
};

/// One keep-alive connection. Requests are handed to their handlers in order, as soon as each is complete, and answered
/// in order; at most kPipeline or config.pipeline_bytes are under way. Everything runs on the connection's strand.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, std::string peer, ServerShared& shared);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  void start();
  void drain();          ///< any thread: ends now when it is idle, else after what is under way
  void give_way();       ///< any thread: ends when it is idle
  void start_refused();  ///< answers 403 to whatever comes

 private:
  static constexpr std::size_t kPipeline = 64;
  static constexpr std::size_t kMaxHead = 8U * 1024;

  /// A request under way and, later, its answer.
  struct Slot {
    bool ready = false;
    bool last = false;       ///< close after it
    bool head_only = false;  ///< HEAD
    bool http10 = false;
    HttpFields extra;  ///< header lines of the route: CORS
    std::string bytes;
    std::shared_ptr<HttpSource> source;  ///< what follows `bytes`
    std::size_t weight = 0;              ///< what it holds in memory, as far as the connection knows
    TimePoint begun{};                   ///< the request was whole
    HttpRouteStats* stats = nullptr;     ///< of its route, which lives as long as the server
  };
  using SlotRef = std::shared_ptr<Slot>;
  class Answer;
  class Streaming;
  struct Incoming;
  using IncomingRef = std::shared_ptr<Incoming>;

  boost::asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);
  void set_deadline(const std::shared_ptr<HttpConnection>& self, int timeout_ms);
  boost::asio::awaitable<bool> read_more(std::shared_ptr<HttpConnection> self, int timeout_ms);
  boost::asio::awaitable<bool> read_piece(std::shared_ptr<HttpConnection> self, int timeout_ms);
  boost::asio::awaitable<bool> read_request(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<std::size_t> read_first(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<std::size_t> read_head(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<bool> read_body(std::shared_ptr<HttpConnection> self, IncomingRef incoming);
  boost::asio::awaitable<bool> to_sink(std::shared_ptr<HttpConnection> self, IncomingRef incoming, bool end);
  boost::asio::awaitable<void> linger(std::shared_ptr<HttpConnection> self);
  boost::asio::awaitable<void> wait_for_room(std::shared_ptr<HttpConnection> self);

  std::size_t head_end();  ///< where it ends; 0: not there; npos: it is too long
  void skip_empty_lines();
  bool guard(std::size_t head_size);
  bool admit(Incoming& incoming);
  bool admit_route(Incoming& incoming);
  bool answer_at_once(Incoming& incoming, HttpResponse response);
  bool check_body(Incoming& incoming);
  void read_waiting();
  bool take_body(Incoming& incoming);
  void set_idle(bool idle);

  void dispatch(Incoming& incoming);
  SlotRef add_slot(const Incoming& incoming);
  void refuse(int status, const std::string& text);
  void refuse_head(int status, const std::string& text);
  void refuse(const Incoming& incoming, int status, const std::string& text);
  void refuse_slow(const std::string& text);
  bool refuse_slow(const Incoming& incoming);
  void answer(const SlotRef& slot, HttpResponse response);
  void pump();
  void write(bool last);
  void written(bool failed, bool last);
  void stream(bool last);
  void give_up();
  void end_if_idle();
  bool cut_when_idle();
  bool is_idle() const;
  void note_idle();
  void finish();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer write_deadline_;
  boost::asio::steady_timer room_;  ///< wakes the reader: an answer left, or the sink took its piece
  ServerShared& shared_;
  std::string peer_;
  std::string buffer_;
  std::size_t searched_ = 0;  ///< of buffer_, for the end of the head
  std::deque<SlotRef> slots_;
  std::size_t under_way_ = 0;  ///< bytes: weights of slots_, and what is being written
  std::string writing_;
  std::shared_ptr<Streaming> streaming_;  ///< the answer whose body is being asked for
  bool write_in_flight_ = false;
  bool streamed_ = false;  ///< what is being written is a piece of streaming_
  bool no_more_ = false;   ///< no further request is read
  bool finished_ = false;  ///< our side has ended; only lingering
  bool timed_out_ = false;
  bool idle_ = false;  ///< waits for the first byte of a request
};

}  // namespace im::http
