#include "common/http/http_connection.hpp"

#include <algorithm>
#include <cctype>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/base/log.hpp"
#include "common/http/request_guard.hpp"
#include "common/http/url.hpp"

namespace im::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast::http;
using Parser = beast::request_parser<beast::string_body>;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string serialize(const HttpResponse& response, bool close, bool head_only) {
  const auto phrase = beast::obsolete_reason(static_cast<beast::status>(response.status));
  std::string out =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(phrase.data(), phrase.size()) + "\r\n";
  out +=
      "Content-Type: " + response.content_type + "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  if (close) out += "Connection: close\r\n";
  out += "\r\n";
  return head_only ? out : out + response.body;
}

/// Nothing when the target has a bad escape.
bool fill(HttpRequest& out, Parser& parser) {
  auto& message = parser.get();
  out.method.assign(message.method_string().data(), message.method_string().size());
  const std::string_view target(message.target().data(), message.target().size());
  const std::size_t question = std::min(target.find('?'), target.size());
  auto path = percent_decode(target.substr(0, question), false);
  auto query = parse_query(question < target.size() ? target.substr(question + 1) : std::string_view());
  for (const auto& field : message) {
    out.headers.emplace_back(lower({field.name_string().data(), field.name_string().size()}),
                             std::string(field.value().data(), field.value().size()));
  }
  out.body = std::move(message.body());
  if (!path || !query) return false;
  out.path = std::move(*path);
  out.query = std::move(*query);
  return true;
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

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, ServerShared& shared)
    : socket_(std::move(socket)), deadline_(socket_.get_executor()), room_(socket_.get_executor()), shared_(shared) {
  ++shared_.connections;
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) peer_ = peer.address().to_string();
}

HttpConnection::~HttpConnection() { --shared_.connections; }

void HttpConnection::start() {
  auto self = shared_from_this();
  auto story = run(self);
  asio::co_spawn(socket_.get_executor(), std::move(story), [self](std::exception_ptr error) {
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
  while (slots_.size() >= kPipeline) {
    room_.expires_after(std::chrono::hours(1));
    co_await room_.async_wait(kTuple);
  }
}

/// False: the peer is gone or too slow.
asio::awaitable<bool> HttpConnection::read_more(std::shared_ptr<HttpConnection> self, int timeout_ms) {
  if (timeout_ms > 0) {
    deadline_.expires_after(std::chrono::milliseconds(timeout_ms));
    deadline_.async_wait([self](boost::system::error_code error) {
      if (error) return;
      self->timed_out_ = true;
      boost::system::error_code ignored;
      self->socket_.cancel(ignored);
    });
  }
  char chunk[16 * 1024];
  const auto [error, size] = co_await socket_.async_read_some(asio::buffer(chunk), kTuple);
  if (error) co_return false;
  buffer_.append(chunk, size);
  co_return true;
}

/// Reads, checks and dispatches one request; false: nothing more can be read.
asio::awaitable<bool> HttpConnection::read_request(std::shared_ptr<HttpConnection> self) {
  std::size_t end = std::string::npos;
  bool started = !buffer_.empty();
  bool timer_set = false;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (buffer_.size() > kMaxHead) {
      ++shared_.refused_limit;
      refuse(431, "request head over 8 KiB");
      co_return false;
    }
    // Idle until the first byte; from then on one deadline for the whole head.
    const int timeout = !started ? shared_.config.idle_timeout_ms : timer_set ? 0 : shared_.config.header_timeout_ms;
    timer_set = started;
    const bool got = co_await read_more(self, timeout);
    if (!got) {
      if (timed_out_ && started) {
        ++shared_.timeouts;
        refuse(408, "request head too slow");
      }
      co_return false;
    }
    started = true;
  }
  const std::string_view head(buffer_.data(), end + 4);
  const HeadFault fault = head.size() > kMaxHead ? HeadFault::kTooManyHeaders : check_head(head);
  if (fault != HeadFault::kNone) {
    ++shared_.refused_guard;
    refuse(fault == HeadFault::kTooManyHeaders ? 431 : 400, to_string(fault));
    co_return false;
  }
  Parser parser;
  parser.body_limit(shared_.config.body_limit);
  parser.eager(true);
  bool body_timer = false;
  while (!parser.is_done()) {
    boost::system::error_code error;
    const std::size_t used = parser.put(asio::buffer(buffer_), error);
    buffer_.erase(0, used);
    if (error == beast::error::body_limit) {
      ++shared_.refused_limit;
      refuse(413, "body over " + std::to_string(shared_.config.body_limit) + " bytes");
      co_return false;
    }
    if (error && error != beast::error::need_more) {
      ++shared_.refused_guard;
      refuse(400, error.message());
      co_return false;
    }
    if (parser.is_done()) break;
    if (!body_timer &&
        lower({parser.get()[beast::field::expect].data(), parser.get()[beast::field::expect].size()}) ==
            "100-continue" &&
        slots_.empty()) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket_, asio::buffer(kContinue), kTuple);
    }
    const bool got = co_await read_more(self, body_timer ? 0 : shared_.config.body_timeout_ms);
    body_timer = true;
    if (!got) {
      if (timed_out_) {
        ++shared_.timeouts;
        refuse(408, "request body too slow");
      }
      co_return false;
    }
  }
  deadline_.cancel();
  const bool keep_alive = parser.get().keep_alive() && !shared_.draining;
  HttpRequest request;
  if (!fill(request, parser)) {
    refuse(400, "bad percent escape in the request target");
    co_return false;
  }
  request.peer_ip = peer_;
  ++shared_.requests;
  dispatch(std::move(request), keep_alive);
  co_return keep_alive;
}

void HttpConnection::dispatch(HttpRequest request, bool keep_alive) {
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
  std::string body = "{\"code\":-400,\"message\":\"" + text + "\"}";
  answer(slot,
         {.status = status, .content_type = "application/json; charset=utf-8", .body = std::move(body), .headers = {}});
}

void HttpConnection::answer(const SlotRef& slot, const HttpResponse& response) {
  slot->bytes = serialize(response, slot->last, slot->head_only);
  slot->ready = true;
  pump();
}

/// Writes all answers that are next in order; closes when the last one has left and nothing more is read.
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
    if (no_more_ && slots_.empty()) {
      deadline_.cancel();
      boost::system::error_code ignored;
      socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      socket_.close(ignored);
    }
    return;
  }
  write_in_flight_ = true;
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), last](boost::system::error_code error, std::size_t) {
                      self->write_in_flight_ = false;
                      self->writing_.clear();
                      if (error || last) {
                        self->no_more_ = true;
                        self->slots_.clear();
                      }
                      self->pump();
                    });
}

}  // namespace im::http
