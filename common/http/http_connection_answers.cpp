#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>

#include "common/base/log.hpp"
#include "common/http/http_connection.hpp"

namespace im::http {

namespace {

namespace asio = boost::asio;

std::string serialize(const HttpResponse& response, bool close, bool head_only) {
  const auto phrase = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string out =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(phrase.data(), phrase.size()) + "\r\n";
  out +=
      "Content-Type: " + response.content_type + "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  if (close) out += "Connection: close\r\n";
  out += "\r\n";
  return head_only ? out : out + response.body;
}

}  // namespace

/// Answers its slot once; a handler that lets go of it without an answer has failed.
class HttpConnection::Answer {
 public:
  Answer(std::shared_ptr<HttpConnection> connection, SlotRef slot)
      : connection_(std::move(connection)), slot_(std::move(slot)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() {
    give({.status = 500, .content_type = "application/json", .body = "{\"error\":\"no answer\"}", .headers = {}});
  }

  void give(HttpResponse response) {
    if (given_.exchange(true)) return;
    const auto executor = connection_->socket_.get_executor();
    asio::dispatch(executor, [connection = std::move(connection_), slot = std::move(slot_),
                              response = std::move(response)] { connection->answer(slot, response); });
  }

 private:
  std::atomic<bool> given_{false};
  std::shared_ptr<HttpConnection> connection_;
  SlotRef slot_;
};

void HttpConnection::dispatch(HttpRequest request, bool keep_alive) {
  if (finished_) return;
  auto slot = std::make_shared<Slot>();
  slot->last = !keep_alive;
  slot->head_only = request.method == "HEAD";
  slots_.push_back(slot);
  auto given = std::make_shared<Answer>(shared_from_this(), slot);
  const HttpReply reply = [given](HttpResponse response) { given->give(std::move(response)); };
  const HttpHandler* handler = shared_.find(slot->head_only ? "GET" : request.method, request.path);
  if (handler == nullptr) {
    reply({.status = 404, .content_type = "text/plain", .body = "404 page not found", .headers = {}});
    return;
  }
  try {
    (*handler)(std::move(request), reply);
  } catch (const std::exception& error) {
    log::error("http handler failed", {{"why", error.what()}});
  }
}

void HttpConnection::refuse(int status, const std::string& text) {
  auto slot = std::make_shared<Slot>();
  slot->last = true;
  slots_.push_back(slot);
  no_more_ = true;
  const int code = status == 403 ? -403 : -400;
  std::string body = "{\"code\":" + std::to_string(code) + ",\"message\":\"" + text + "\"}";
  answer(slot,
         {.status = status, .content_type = "application/json; charset=utf-8", .body = std::move(body), .headers = {}});
}

void HttpConnection::answer(const SlotRef& slot, const HttpResponse& response) {
  const bool newest = !slots_.empty() && slots_.back() == slot && buffer_.empty();
  if (shared_.draining && newest) slot->last = true;
  slot->bytes = serialize(response, slot->last, slot->head_only);
  slot->ready = true;
  pump();
}

/// Writes all answers that are next in order; ends when the last one has left and nothing more is read.
void HttpConnection::pump() {
  if (write_in_flight_) return;
  bool last = false;
  while (!slots_.empty() && slots_.front()->ready && !last) {
    writing_ += slots_.front()->bytes;
    last = slots_.front()->last;
    slots_.pop_front();
    room_.cancel();
  }
  if (writing_.empty()) {
    if (no_more_ && slots_.empty()) finish();
    return;
  }
  write_in_flight_ = true;
  write_deadline_.expires_after(std::chrono::milliseconds(shared_.config.write_timeout_ms));
  write_deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || !self->write_in_flight_) return;
    ++self->shared_.timeouts;
    boost::system::error_code ignored;
    self->socket_.close(ignored);
  });
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), last](boost::system::error_code error, std::size_t) {
                      self->write_in_flight_ = false;
                      self->write_deadline_.cancel();
                      self->writing_.clear();
                      if (error || last) {
                        self->no_more_ = true;
                        self->slots_.clear();
                      }
                      self->pump();
                      self->end_if_idle();
                    });
}

void HttpConnection::drain() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->end_if_idle(); });
}

/// While the server drains nobody is waited for who has not begun to ask.
void HttpConnection::end_if_idle() {
  if (!shared_.draining || !idle_ || !slots_.empty() || write_in_flight_ || finished_) return;
  boost::system::error_code ignored;
  if (socket_.available(ignored) > 0) return;  // it has begun after all: the read that waits takes it
  socket_.cancel(ignored);
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
