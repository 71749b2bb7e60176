#include "tests/load/steady_pusher.hpp"

#include <deque>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "tools/load/push_reader.hpp"

namespace im::load {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

struct Unanswered {
  std::uint32_t stream;
  std::uint32_t number;
  std::int64_t sent;
};

struct SteadyApi {
  SteadyApi(asio::io_context& context, std::string name)
      : address(std::move(name)),
        socket(context),
        wake(context, asio::steady_timer::time_point::max()),
        rest(context) {}
  std::string address;
  tcp::socket socket;
  asio::steady_timer wake;  ///< cancelled when there is something to write
  asio::steady_timer rest;
  bool up = false;
  std::string outgoing;
  std::deque<Unanswered> pending;
};

class Pusher {
 public:
  Pusher(const SteadyPusherConfig& config, const std::vector<Stream>& streams, DeliveryJudge& judge)
      : config_(config), streams_(streams), judge_(judge), pace_(context_), watch_(context_) {
    for (const auto& address : config_.apis) apis_.push_back(std::make_unique<SteadyApi>(context_, address));
  }

  SteadyPusherReport run(const std::atomic<bool>& stop) {
    for (const auto& api : apis_) asio::co_spawn(context_, serve(api.get()), asio::detached);
    asio::co_spawn(context_, watch(), asio::detached);
    asio::co_spawn(context_, pace(&stop), asio::detached);
    context_.run();
    report_.refused = report_.sent - report_.acked;
    return report_;
  }

 private:
  asio::awaitable<void> pace(const std::atomic<bool>* stop) {
    co_await sleep(&pace_, std::chrono::milliseconds(200));  // the connections
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; !*stop; ++i) {
      const auto due =
          begin + std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(i) / config_.rate));
      if (due > std::chrono::steady_clock::now()) {
        pace_.expires_at(due);
        co_await pace_.async_wait(asio::use_awaitable);
      }
      post(static_cast<std::uint32_t>(i % streams_.size()));
    }
    while (unanswered() > 0) co_await sleep(&pace_, std::chrono::milliseconds(20));
    context_.stop();
  }

  static asio::awaitable<void> sleep(asio::steady_timer* timer, std::chrono::milliseconds time) {
    timer->expires_after(time);
    co_await timer->async_wait(asio::use_awaitable);
  }

  std::size_t unanswered() const {
    std::size_t sum = 0;
    for (const auto& api : apis_) sum += api->pending.size();
    return sum;
  }

  void post(std::uint32_t stream) {
    SteadyApi& api = *apis_[streams_[stream].api];
    const std::int64_t now = now_ns();
    const std::uint32_t number = judge_.sent(stream, now);
    ++report_.sent;
    if (!api.up || api.pending.size() >= config_.max_pending) {
      judge_.withheld(stream, number);
      ++report_.why[api.up ? "too many unanswered at " + api.address : "not connected to " + api.address];
      return;
    }
    const std::string body = make_body({config_.run, stream, number}, 0) + ' ' + std::to_string(now);
    api.outgoing += streams_[stream].to.empty() ? request(api, streams_[stream].target, "", body)
                                                : request_v1(api, streams_[stream], body);
    api.pending.push_back({stream, number, now});
    api.wake.cancel();
  }

  static std::string request(const SteadyApi& api, const std::string& target, const std::string& headers,
                             const std::string& body) {
    return "POST " + target + " HTTP/1.1\r\nHost: " + api.address + "\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  /// `text`: of the message; has nothing that JSON would escape.
  std::string request_v1(const SteadyApi& api, const Stream& stream, const std::string& text) const {
    return request(api, "/v1/push",
                   "Authorization: Bearer " + config_.api_key + "\r\nContent-Type: application/json\r\n",
                   R"({"to":)" + stream.to + R"(,"operation":)" + std::to_string(stream.operation) + R"(,"text":")" +
                       text + R"("})");
  }

  /// One API address for the whole run: connect, write and read until it breaks, again.
  asio::awaitable<void> serve(SteadyApi* api) {
    while (true) {
      co_await connect(api);
      if (api->up) {
        asio::co_spawn(context_, write(api), asio::detached);
        co_await read(api);
        refuse_pending(*api);
      }
      co_await sleep(&api->rest, std::chrono::milliseconds(100));
    }
  }

  asio::awaitable<void> connect(SteadyApi* api) {
    const auto colon = api->address.rfind(':');
    const tcp::endpoint peer(asio::ip::make_address(api->address.substr(0, colon)),
                             static_cast<std::uint16_t>(std::stoi(api->address.substr(colon + 1))));
    error_code error;
    api->socket = tcp::socket(context_);
    co_await api->socket.async_connect(peer, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    api->socket.set_option(tcp::no_delay(true), error);
    api->up = !error;
  }

  asio::awaitable<void> write(SteadyApi* api) {
    error_code error;
    while (api->up && !error) {
      if (api->outgoing.empty()) {
        error_code woken;
        co_await api->wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        continue;
      }
      const std::string bytes = std::move(api->outgoing);
      api->outgoing.clear();
      co_await asio::async_write(api->socket, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
    }
  }

  asio::awaitable<void> read(SteadyApi* api) {
    boost::beast::flat_buffer buffer;
    while (true) {
      http::response<http::string_body> answer;
      error_code error;
      co_await http::async_read(api->socket, buffer, answer, asio::redirect_error(asio::use_awaitable, error));
      if (error || api->pending.empty()) co_return;
      on_answer(*api, answer.result_int(), answer.body());
      if (!answer.keep_alive()) co_return;
    }
  }

  void on_answer(SteadyApi& api, unsigned status, const std::string& body) {
    const Unanswered push = api.pending.front();
    api.pending.pop_front();
    // goim's answer, or that of /v1/push.
    if ((status == 200 && body.find("\"code\":0") != std::string::npos) || status == 202) {
      const std::int64_t now = now_ns();
      judge_.acked(push.stream, push.number, now);
      report_.answer.add(now - push.sent);
      ++report_.acked;
    } else {
      ++report_.why[std::to_string(status) + " " + body];
    }
  }

  void refuse_pending(SteadyApi& api) {
    error_code ignored;
    api.up = false;
    api.socket.close(ignored);
    api.outgoing.clear();
    api.wake.cancel();
    if (!api.pending.empty()) report_.why["connection to " + api.address + " ended"] += api.pending.size();
    for (const Unanswered& push : api.pending) judge_.given_up(push.stream, push.number);
    api.pending.clear();
  }

  /// An API that does not answer in time loses its connection: what waits there is refused, what comes later is not
  /// held.
  asio::awaitable<void> watch() {
    while (true) {
      co_await sleep(&watch_, std::chrono::milliseconds(100));
      for (const auto& api : apis_) {
        if (api->pending.empty() || now_ns() - api->pending.front().sent < config_.answer_timeout_ns) continue;
        error_code ignored;
        api->socket.close(ignored);
      }
    }
  }

  const SteadyPusherConfig& config_;
  const std::vector<Stream>& streams_;
  DeliveryJudge& judge_;
  asio::io_context context_{1};
  asio::steady_timer pace_;
  asio::steady_timer watch_;
  std::vector<std::unique_ptr<SteadyApi>> apis_;
  SteadyPusherReport report_;
};

}  // namespace

SteadyPusherReport push_until(const std::atomic<bool>& stop, const SteadyPusherConfig& config,
                              const std::vector<Stream>& streams, DeliveryJudge& judge) {
  return Pusher(config, streams, judge).run(stop);
}

}  // namespace im::load
