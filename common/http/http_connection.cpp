#include "common/http/http_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "common/base/log.hpp"
#include "common/base/use_tuple.hpp"
#include "common/http/incoming.hpp"
#include "common/http/request_guard.hpp"

namespace im::http {

namespace {

namespace asio = boost::asio;

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, std::string peer, ServerShared& shared)
    : socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      write_deadline_(socket_.get_executor()),
      room_(socket_.get_executor()),
      shared_(shared),
      peer_(std::move(peer)) {
  ++shared_.connections;
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

HttpConnection::~HttpConnection() {
  shared_.registry.remove(this);
  --shared_.connections;
}

void HttpConnection::start_refused() { refuse(403, "this network is not allowed (allow_from)"); }

void HttpConnection::start() {
  auto self = shared_from_this();
  auto story = run(self);
  asio::co_spawn(socket_.get_executor(), std::move(story), [self](const std::exception_ptr& error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& what) {
      log::warn("http connection failed", {{"why", what.what()}});
    }
  });
}

asio::awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
  while (!no_more_) {
    const bool complete = co_await read_request(self);
    if (!complete) break;
    co_await wait_for_room(self);
  }
  no_more_ = true;
  pump();
}

asio::awaitable<void> HttpConnection::wait_for_room(std::shared_ptr<HttpConnection>) {
  while (!finished_ && (slots_.size() >= kPipeline || under_way_ > shared_.config.pipeline_bytes)) {
    room_.expires_after(std::chrono::hours(1));
    co_await room_.async_wait(kTuple);
  }
}

void HttpConnection::set_deadline(const std::shared_ptr<HttpConnection>& self, int timeout_ms) {
  deadline_.expires_after(std::chrono::milliseconds(timeout_ms));
  deadline_.async_wait([self](boost::system::error_code error) {
    if (error) return;
    self->timed_out_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

/// False: the peer is gone or too slow. `timeout_ms` 0: the deadline that was set before.
asio::awaitable<bool> HttpConnection::read_more(std::shared_ptr<HttpConnection> self, int timeout_ms) {
  if (timeout_ms > 0) set_deadline(self, timeout_ms);
  char chunk[16 * 1024];
  const auto [error, size] = co_await socket_.async_read_some(asio::buffer(chunk), kTuple);
  if (error) co_return false;
  buffer_.append(chunk, size);
  co_return true;
}

/// RFC 9112 §2.2: some clients end a body with one line end too many.
void HttpConnection::skip_empty_lines() {
  std::size_t at = 0;
  while (std::string_view(buffer_).substr(at).starts_with("\r\n")) at += 2;
  buffer_.erase(0, at);
}

void HttpConnection::set_idle(bool idle) {
  idle_ = idle;
  idle ? note_idle() : shared_.registry.set_idle(this, false);
}

/// Waits for the first byte of a request; empty lines do not make the wait longer. 0: there will be none.
asio::awaitable<std::size_t> HttpConnection::read_first(std::shared_ptr<HttpConnection> self) {
  int timeout = shared_.draining ? shared_.config.header_timeout_ms : shared_.config.idle_timeout_ms;
  skip_empty_lines();
  while (buffer_.empty()) {
    set_idle(true);
    const bool got = co_await read_more(self, timeout);
    set_idle(false);
    if (!got) co_return 0;
    timeout = 0;
    skip_empty_lines();
  }
  co_return buffer_.size();
}

/// Only the new bytes are searched: a head may come in many pieces.
std::size_t HttpConnection::head_end() {
  const std::size_t end = buffer_.find("\r\n\r\n", searched_ < 3 ? 0 : searched_ - 3);
  searched_ = end == std::string::npos ? buffer_.size() : 0;
  const std::size_t size = end == std::string::npos ? buffer_.size() : end + 4;
  if (size <= kMaxHead) return end == std::string::npos ? 0 : size;
  const auto [method, path] = begun_request(buffer_);
  const HttpRoute* route = shared_.routes.find(method, path).route;
  const std::size_t line = std::min(buffer_.find("\r\n"), size);
  const std::size_t most = route == nullptr ? kMaxHead : std::max(kMaxHead, route->target_limit);
  if (line > most || size - line > kMaxHead || (most == kMaxHead && size > kMaxHead)) return std::string::npos;
  return end == std::string::npos ? 0 : size;
}

/// Size of the next head; 0: there will be none.
asio::awaitable<std::size_t> HttpConnection::read_head(std::shared_ptr<HttpConnection> self) {
  const std::size_t begun = co_await read_first(self);
  if (begun == 0) co_return 0;
  int timeout = shared_.config.header_timeout_ms;  // from now on one deadline for the whole head
  std::size_t size = 0;
  searched_ = 0;
  while ((size = head_end()) == 0) {
    const bool got = co_await read_more(self, timeout);
    timeout = 0;
    if (got) continue;
    refuse_slow("request head too slow");
    co_return 0;
  }
  if (size == std::string::npos) {
    ++shared_.refused_limit;
    refuse_head(431, "request head over 8 KiB");
    co_return 0;
  }
  co_return size;
}

bool HttpConnection::guard(std::size_t head_size) {
  const HeadFault fault = check_head(std::string_view(buffer_).substr(0, head_size));
  if (fault == HeadFault::kNone) return true;
  ++shared_.refused_guard;
  refuse_head(fault == HeadFault::kTooManyHeaders ? 431 : 400, to_string(fault));
  return false;
}

/// Reads, checks and dispatches one request; false: nothing more can be read.
asio::awaitable<bool> HttpConnection::read_request(std::shared_ptr<HttpConnection> self) {
  const std::size_t size = co_await read_head(self);
  if (size == 0 || !guard(size)) co_return false;
  const auto incoming = std::make_shared<Incoming>();
  incoming->head = http::read_head(std::string_view(buffer_).substr(0, size));
  buffer_.erase(0, size);
  incoming->request().peer_ip = peer_;
  incoming->keep_alive = incoming->head.keep_alive && !shared_.draining;
  const bool admitted = admit(*incoming);
  if (!admitted) co_return !no_more_;
  const bool whole = co_await read_body(self, incoming);
  if (!whole) co_return false;
  ++shared_.requests;
  dispatch(*incoming);
  co_return incoming->keep_alive;
}

/// Answers 408 when the deadline was the reason that reading ended.
void HttpConnection::refuse_slow(const std::string& text) {
  if (!timed_out_) return;
  ++shared_.timeouts;
  refuse_head(408, text);
}

}  // namespace im::http
