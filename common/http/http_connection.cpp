#include "common/http/http_connection.hpp"

#include <algorithm>
#include <cctype>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
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

/// False when the target has a bad escape.
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
  if (!path || !query) return false;
  out.path = std::move(*path);
  out.query = std::move(*query);
  return true;
}

bool wants_continue(const HttpRequest& request) { return lower(request.header("expect")) == "100-continue"; }

}  // namespace

struct HttpConnection::Parsing {
  Parser parser;
  HttpRequest request;
  bool target_ok = false;
};

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, ServerShared& shared)
    : socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      write_deadline_(socket_.get_executor()),
      room_(socket_.get_executor()),
      shared_(shared) {
  ++shared_.connections;
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) peer_ = peer.address().to_string();
}

HttpConnection::~HttpConnection() {
  shared_.registry.remove(this, peer_);
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

/// Size of the next head; 0: there will be none.
asio::awaitable<std::size_t> HttpConnection::read_head(std::shared_ptr<HttpConnection> self) {
  bool started = !buffer_.empty();
  bool timer_set = false;
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos && buffer_.size() <= kMaxHead) {
    // Idle until the first byte; from then on one deadline for the whole head.
    const int idle = shared_.draining ? shared_.config.header_timeout_ms : shared_.config.idle_timeout_ms;
    const int timeout = !started ? idle : timer_set ? 0 : shared_.config.header_timeout_ms;
    timer_set = started;
    idle_ = !started;
    const bool got = co_await read_more(self, timeout);
    idle_ = false;
    if (!got) {
      if (started) refuse_slow("request head too slow");
      co_return 0;
    }
    started = true;
  }
  if (end == std::string::npos || end + 4 > kMaxHead) {
    ++shared_.refused_limit;
    refuse(431, "request head over 8 KiB");
    co_return 0;
  }
  co_return end + 4;
}

/// Gives the parser what was read. The header fields are taken before the body, so that the trailers of a chunked body
/// are not among them.
HttpConnection::Step HttpConnection::parse(Parsing& parsing) {
  Parser& parser = parsing.parser;
  while (!parser.is_done()) {
    // Beast 1.81 asserts on a last chunk in pieces. The shortest rest of a chunked body is 5 bytes.
    if (parser.is_header_done() && parser.chunked() && buffer_.size() < 5) return Step::kMore;
    const bool in_body = parser.is_header_done();
    boost::system::error_code error;
    buffer_.erase(0, parser.put(asio::buffer(buffer_), error));
    if (error == beast::error::need_more) break;
    if (error == beast::error::body_limit) {
      ++shared_.refused_limit;
      refuse(413, "body over " + std::to_string(shared_.config.body_limit) + " bytes");
      return Step::kRefused;
    }
    if (error) {
      ++shared_.refused_guard;
      refuse(400, error.message());
      return Step::kRefused;
    }
    if (in_body && buffer_.empty()) break;
    if (!in_body && parser.is_header_done()) {
      parsing.target_ok = fill(parsing.request, parser);
      parser.eager(true);
    }
  }
  if (parser.is_done()) return Step::kDone;
  if (buffer_.size() <= kMaxHead) return Step::kMore;
  ++shared_.refused_limit;
  refuse(431, "chunk extension or trailer over 8 KiB");
  return Step::kRefused;
}

asio::awaitable<bool> HttpConnection::read_body(std::shared_ptr<HttpConnection> self,
                                                std::shared_ptr<Parsing> parsing) {
  bool timer_set = false;
  Step step = parse(*parsing);
  while (step == Step::kMore) {
    if (!timer_set && wants_continue(parsing->request) && slots_.empty() && !write_in_flight_) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket_, asio::buffer(kContinue), kTuple);
    }
    const bool got = co_await read_more(self, timer_set ? 0 : shared_.config.body_timeout_ms);
    timer_set = true;
    if (!got) {
      refuse_slow("request body too slow");
      co_return false;
    }
    step = parse(*parsing);
  }
  deadline_.cancel();
  co_return step == Step::kDone;
}

/// Reads, checks and dispatches one request; false: nothing more can be read.
asio::awaitable<bool> HttpConnection::read_request(std::shared_ptr<HttpConnection> self) {
  const std::size_t size = co_await read_head(self);
  if (size == 0) co_return false;
  const HeadFault fault = check_head(std::string_view(buffer_).substr(0, size));
  if (fault != HeadFault::kNone) {
    ++shared_.refused_guard;
    refuse(fault == HeadFault::kTooManyHeaders ? 431 : 400, to_string(fault));
    co_return false;
  }
  const auto parsing = std::make_shared<Parsing>();
  parsing->parser.body_limit(shared_.config.body_limit);
  const bool whole = co_await read_body(self, parsing);
  if (!whole) co_return false;
  if (!parsing->target_ok) {
    refuse(400, "bad percent escape in the request target");
    co_return false;
  }
  const bool keep_alive = parsing->parser.get().keep_alive() && !shared_.draining;
  parsing->request.body = std::move(parsing->parser.get().body());
  parsing->request.peer_ip = peer_;
  ++shared_.requests;
  dispatch(std::move(parsing->request), keep_alive);
  co_return keep_alive;
}

/// Answers 408 when the deadline was the reason that reading ended.
void HttpConnection::refuse_slow(const std::string& text) {
  if (!timed_out_) return;
  ++shared_.timeouts;
  refuse(408, text);
}

}  // namespace im::http
