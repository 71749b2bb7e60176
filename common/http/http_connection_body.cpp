#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>

#include "common/base/use_tuple.hpp"
#include "common/http/body_deadline.hpp"
#include "common/http/browser_rules.hpp"
#include "common/http/cors.hpp"
#include "common/http/incoming.hpp"

// What happens between the head of a request and its handler: who may, how much, and where the body goes.
namespace im::http {

namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
constexpr std::size_t kMaxUnread = 8U * 1024;
/// What a sink is given at once, and what waits for it at most.
constexpr std::size_t kSinkPiece = 128U * 1024;
constexpr auto kSinkDeadline = std::chrono::seconds(60);

bool bodiless(const std::string& method) { return method == "GET" || method == "HEAD" || method == "DELETE"; }

/// It is nobody's fault for good: a disk that is full, a pool that has much to do.
bool may_come_again(const Error& why) {
  return why.code == Error::Code::kUnavailable || why.code == Error::Code::kOverloaded ||
         why.code == Error::Code::kTimeout;
}

}  // namespace

/// False: it is answered already.
bool HttpConnection::admit(Incoming& incoming) {
  if (!incoming.head.target_ok) {
    refuse(400, "bad percent escape in the request target");
    return false;
  }
  auto found = shared_.routes.find(incoming.request().method, incoming.request().path);
  incoming.place = found.place;
  incoming.route = found.route;
  incoming.request().captures = std::move(found.captures);
  const BrowserFault fault = check_browser(incoming.request(), incoming.head.authority, *shared_.browsers.load());
  if (fault != BrowserFault::kNone) {
    ++shared_.refused_browser;
    refuse(incoming, fault == BrowserFault::kHost ? 421 : 403, to_string(fault));
    return false;
  }
  return admit_route(incoming) && check_body(incoming);
}

bool HttpConnection::admit_route(Incoming& incoming) {
  const HttpCors* cors = incoming.place == nullptr ? nullptr : incoming.place->cors();
  if (cors != nullptr && has_origins(*cors) && incoming.request().method == "OPTIONS" &&
      incoming.request().has_header("access-control-request-method")) {
    incoming.route = nullptr;  // its CORS lines are in the answer
    return answer_at_once(incoming,
                          preflight_answer(*cors, incoming.request().header("origin"), incoming.place->allow()));
  }
  if (incoming.route == nullptr || incoming.route->gate == nullptr) return true;
  auto refused = incoming.route->gate(incoming.request());
  return !refused || answer_at_once(incoming, std::move(*refused));
}

/// No byte of the body is read for it: where there is one, the connection ends.
bool HttpConnection::answer_at_once(Incoming& incoming, HttpResponse response) {
  ++shared_.requests;
  if (incoming.head.has_body()) incoming.keep_alive = false;
  if (!incoming.keep_alive) no_more_ = true;
  answer(add_slot(incoming), std::move(response));
  return false;
}

bool HttpConnection::check_body(Incoming& incoming) {
  const HttpRoute* route = incoming.route;
  const std::uint64_t limit =
      route == nullptr ? shared_.config.body_limit : route->body_limit.value_or(shared_.config.body_limit);
  incoming.keep = route != nullptr && (route->takes_body || !bodiless(incoming.request().method));
  incoming.body.emplace(incoming.head.stated_length(), limit);
  if (incoming.body->fault() == BodyDecoder::Fault::kLimit) {
    ++shared_.refused_limit;
    refuse(incoming, 413, "body over " + std::to_string(limit) + " bytes");
    return false;
  }
  if (route == nullptr || !route->sink) return true;
  auto sink = route->sink(incoming.request(), incoming.head.stated_length());
  if (!sink.ok()) {
    refuse(incoming, may_come_again(sink.error()) ? 503 : 500, sink.error().message);
    return false;
  }
  incoming.request().sink = std::move(sink).value();
  return true;
}

/// Takes what there is; false: refused.
bool HttpConnection::take_body(Incoming& incoming) {
  std::string& into = incoming.request().sink != nullptr ? incoming.piece : incoming.request().body;
  if (!incoming.body->take_whole(buffer_, into)) buffer_.erase(0, incoming.body->take(buffer_, into));
  if (incoming.request().sink == nullptr && !incoming.keep) into.clear();
  switch (incoming.body->fault()) {
    case BodyDecoder::Fault::kNone:
      if (buffer_.size() <= kMaxUnread || incoming.body->done()) return true;
      [[fallthrough]];
    case BodyDecoder::Fault::kOverhead:
      ++shared_.refused_limit;
      refuse(incoming, 431, "chunk extension or trailer over 8 KiB");
      return false;
    case BodyDecoder::Fault::kLimit:
      ++shared_.refused_limit;
      refuse(incoming, 413, "body over " + std::to_string(incoming.body->limit()) + " bytes");
      return false;
    case BodyDecoder::Fault::kChunk:
      ++shared_.refused_guard;
      refuse(incoming, 400, "bad chunk");
      return false;
  }
  return false;
}

/// For a sink: all that has come, up to a piece. False: the peer is gone or too slow.
asio::awaitable<bool> HttpConnection::read_piece(std::shared_ptr<HttpConnection> self, int timeout_ms) {
  const std::size_t before = buffer_.size();
  read_waiting();
  if (buffer_.size() > before) co_return true;
  set_deadline(self, timeout_ms);
  const auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, kTuple);
  if (error) co_return false;
  read_waiting();
  co_return buffer_.size() > before;  // readable and nothing there: its end
}

/// What has come already: a sink on another thread is asked seldom, for much.
void HttpConnection::read_waiting() {
  boost::system::error_code error;
  while (buffer_.size() < kSinkPiece) {
    const std::size_t at = buffer_.size(), there = std::min(socket_.available(error), kSinkPiece - at);
    if (error || there == 0) return;
    buffer_.resize(at + there);
    const std::size_t got = socket_.read_some(asio::buffer(buffer_.data() + at, there), error);
    buffer_.resize(at + (error ? 0 : got));
    if (error) return;
  }
}

asio::awaitable<bool> HttpConnection::read_body(std::shared_ptr<HttpConnection> self, IncomingRef incoming) {
  const auto allowed = std::chrono::milliseconds(shared_.config.body_timeout_ms);
  const HttpPace pace = incoming->route == nullptr ? HttpPace() : incoming->route->pace;
  BodyDeadline deadline(pace, allowed, Clock::now());
  while (true) {
    if (!take_body(*incoming)) co_return false;
    const bool done = incoming->body->done();
    if (done) incoming->ended = monotonic_now();
    deadline.came(incoming->piece.size(), Clock::now());
    if (incoming->request().sink != nullptr) {
      const auto asked = Clock::now();
      const bool taken = co_await to_sink(self, incoming, done);
      if (!taken) co_return false;
      deadline.waited(Clock::now() - asked);
    }
    if (done) break;
    if (incoming->head.expects_continue && slots_.empty() && !write_in_flight_ && !streaming_) {
      incoming->head.expects_continue = false;
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket_, asio::buffer(kContinue), kTuple);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.until() - Clock::now()).count();
    const int timeout = static_cast<int>(std::max<std::int64_t>(left, 1));
    bool got = false;
    if (incoming->request().sink != nullptr) {  // no choice inside co_await: GCC 12 ends its temporaries twice
      got = co_await read_piece(self, timeout);
    } else {
      got = co_await read_more(self, timeout);
    }
    if (!got) {
      refuse_slow(*incoming);
      co_return false;
    }
  }
  deadline_.cancel();
  co_return true;
}

/// Gives the sink its next piece, and at the end the end, and waits until it has taken it.
asio::awaitable<bool> HttpConnection::to_sink(std::shared_ptr<HttpConnection> self, IncomingRef incoming, bool end) {
  struct Wait {
    bool over = false;
    Status status = Ok{};
  };
  for (const bool finish : {false, true}) {
    if (finish ? !end : incoming->piece.empty()) continue;
    const auto wait = std::make_shared<Wait>();
    HttpSink::Done done = [self, wait](const Status& status) {
      asio::dispatch(self->socket_.get_executor(), [self, wait, status] {
        wait->over = true;
        wait->status = status;
        self->room_.cancel();
      });
    };
    deadline_.cancel();
    HttpSink& sink = *incoming->request().sink;
    finish ? sink.finish(std::move(done)) : sink.write(std::exchange(incoming->piece, {}), std::move(done));
    const auto last = Clock::now() + kSinkDeadline;
    while (!wait->over && Clock::now() < last) {
      room_.expires_at(last);
      co_await room_.async_wait(kTuple);
    }
    if (wait->over && wait->status.ok()) continue;
    refuse(*incoming, 503, wait->over ? wait->status.error().message : "the body could not be stored in time");
    co_return false;
  }
  co_return true;
}

bool HttpConnection::refuse_slow(const Incoming& incoming) {
  if (!timed_out_) return false;
  ++shared_.timeouts;
  refuse(incoming, 408, "request body too slow");
  return true;
}

}  // namespace im::http
