#include "common/client/http_pool.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "common/base/use_tuple.hpp"
#include "common/client/error_text.hpp"

namespace im::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
constexpr std::uint32_t kMaxHead = 8 * 1024;

using Socket = std::shared_ptr<beast::tcp_stream>;

struct Call {
  explicit Call(asio::io_context& context) : timer(context), resolver(context) {}
  http::request<http::string_body> request;
  HttpAnswer answer;
  HttpPool::Done done;  ///< empty once it has run
  asio::steady_timer timer;
  asio::ip::tcp::resolver resolver;
  Socket stream;
};
using CallRef = std::shared_ptr<Call>;

}  // namespace

struct HttpPool::Impl {
  explicit Impl(HttpPoolConfig wanted) : config(std::move(wanted)) {
    thread = std::thread([this] { context.run(); });
  }

  void settle(const CallRef& call, Result<HttpAnswer> result) {
    if (!call->done) return;
    const Done done = std::exchange(call->done, nullptr);
    call->timer.cancel();
    open_calls.fetch_sub(1);
    std::erase(live, call);
    done(std::move(result));
  }

  void begin(const CallRef& call) {
    live.push_back(call);
    call->timer.expires_after(config.deadline);
    call->timer.async_wait([this, call](error_code error) {
      if (!error) expire(call);
    });
    if (running < config.connections) {
      start(call);
    } else {
      waiting.push_back(call);
    }
  }

  void expire(const CallRef& call) {
    std::erase(waiting, call);
    call->resolver.cancel();
    if (call->stream) call->stream->close();  // a late answer must not become somebody else's
    settle(call, Error{Error::Code::kTimeout, "no answer in time"});
  }

  void start(const CallRef& call) {
    ++running;
    asio::co_spawn(context, run(call), asio::detached);  // run() ends by itself: every wait in it has the deadline
  }

  asio::awaitable<void> run(CallRef call) {
    Socket kept = take_kept();
    error_code failed = kept ? co_await exchange(call, kept) : co_await fresh(call);
    // A kept connection that the other side has closed meanwhile says nothing about the other side.
    const bool stale = failed == http::error::end_of_stream || failed == asio::error::connection_reset ||
                       failed == asio::error::broken_pipe || failed == asio::error::eof;
    if (kept && stale && call->done) failed = co_await fresh(call);
    --running;
    if (failed) {
      settle(call, Error{Error::Code::kUnavailable, error_text(failed)});
    } else {
      settle(call, std::move(call->answer));
    }
    if (waiting.empty()) co_return;
    const CallRef next = std::move(waiting.front());
    waiting.pop_front();
    start(next);
  }

  asio::awaitable<error_code> fresh(CallRef call) {
    const std::string port = std::to_string(config.url.address.port);
    const auto [unknown, endpoints] = co_await call->resolver.async_resolve(config.url.address.host, port, kTuple);
    if (unknown) co_return unknown;
    if (!call->done) co_return asio::error::operation_aborted;
    const auto stream = std::make_shared<beast::tcp_stream>(context);
    call->stream = stream;
    const auto [refused, endpoint] = co_await stream->async_connect(endpoints, kTuple);
    if (refused) co_return refused;
    error_code ignored;
    stream->socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return co_await exchange(call, stream);
  }

  asio::awaitable<error_code> exchange(CallRef call, Socket stream) {
    call->stream = stream;
    const auto [unsent, written] = co_await http::async_write(*stream, call->request, kTuple);
    if (unsent) co_return unsent;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.header_limit(kMaxHead);
    parser.body_limit(config.max_answer);
    const auto [failed, size] = co_await http::async_read(*stream, buffer, parser, kTuple);
    if (failed) co_return failed;
    call->answer.status = static_cast<int>(parser.get().result_int());
    call->answer.body = std::move(parser.get().body());
    if (parser.keep_alive() && buffer.size() == 0 && call->done) idle.push_back(std::move(stream));
    co_return error_code();
  }

  /// A connection with bytes on it that nobody asked for is not used again.
  Socket take_kept() {
    while (!idle.empty()) {
      Socket stream = std::move(idle.back());
      idle.pop_back();
      error_code error;
      if (stream->socket().available(error) == 0 && !error) return stream;
    }
    return nullptr;
  }

  void abandon() {
    waiting.clear();
    while (!live.empty()) settle(CallRef(live.back()), Error{Error::Code::kUnavailable, "stopping"});
    context.stop();
  }

  const HttpPoolConfig config;
  std::atomic<std::size_t> open_calls{0};
  std::atomic<bool> stopped{false};
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  // The pool's thread only:
  std::vector<CallRef> live;
  std::deque<CallRef> waiting;
  std::vector<Socket> idle;
  std::size_t running = 0;
  std::thread thread;
};

HttpPool::HttpPool(HttpPoolConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
HttpPool::~HttpPool() { stop(); }

void HttpPool::post(std::string body, const Headers& headers, Done done) {
  Impl& impl = *impl_;
  if (impl.stopped) return done(Error{Error::Code::kUnavailable, "stopping"});
  if (impl.open_calls.fetch_add(1) >= impl.config.connections + impl.config.waiting) {
    impl.open_calls.fetch_sub(1);
    return done(Error{Error::Code::kOverloaded, "too many calls wait for an answer"});
  }
  const auto call = std::make_shared<Call>(impl.context);
  auto& request = call->request;
  request.method(http::verb::post);
  request.target(impl.config.url.target.empty() ? "/" : impl.config.url.target);
  request.set(http::field::host, impl.config.url.address.text());
  request.set(http::field::user_agent, "webrtc-im");
  request.set(http::field::content_type, "application/json");
  request.set(http::field::accept, "application/json");
  for (const auto& [name, value] : headers) request.set(name, value);
  request.keep_alive(true);
  request.body() = std::move(body);
  request.prepare_payload();
  call->done = std::move(done);
  boost::asio::post(impl.context, [&impl, call] { impl.begin(call); });
}

std::size_t HttpPool::open() const { return impl_->open_calls; }

void HttpPool::stop() {
  if (impl_->stopped.exchange(true)) return;
  boost::asio::post(impl_->context, [impl = impl_.get()] { impl->abandon(); });
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace im::client
