#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/http/http_connection.hpp"

namespace im::http {

namespace {
namespace asio = boost::asio;
}  // namespace

void HttpConnection::drain() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->end_if_idle(); });
}

void HttpConnection::give_way() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->cut_when_idle()) ++self->shared_.gave_way;
  });
}

/// While the server drains nobody is waited for who has not begun to ask.
void HttpConnection::end_if_idle() {
  if (shared_.draining) cut_when_idle();
}

bool HttpConnection::is_idle() const {
  return idle_ && slots_.empty() && !write_in_flight_ && streaming_ == nullptr && !finished_;
}

void HttpConnection::note_idle() {
  if (is_idle()) shared_.registry.set_idle(this, true);
}

bool HttpConnection::cut_when_idle() {
  if (!is_idle()) return false;
  boost::system::error_code ignored;
  if (socket_.available(ignored) > 0) return false;  // it has begun after all: the read that waits takes it
  socket_.cancel(ignored);
  return true;
}

/// Our side of the connection ends; the peer's may still send what nobody reads.
void HttpConnection::finish() {
  if (std::exchange(finished_, true)) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  asio::co_spawn(socket_.get_executor(), linger(shared_from_this()), asio::detached);
}

/// Reads until the peer ends too: a socket that is closed over unread bytes resets the connection, and the peer may
/// lose our last answer.
asio::awaitable<void> HttpConnection::linger(std::shared_ptr<HttpConnection> self) {
  deadline_.expires_after(std::chrono::milliseconds(shared_.config.linger_timeout_ms));
  deadline_.async_wait([self](boost::system::error_code error) {
    boost::system::error_code ignored;
    if (!error) self->socket_.close(ignored);
  });
  std::vector<char> chunk(16 * std::size_t{1024});
  while (true) {
    const auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
    if (error) break;
  }
  deadline_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace im::http
