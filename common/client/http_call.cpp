#include "common/client/http_call.hpp"

#include <chrono>
#include <future>
#include <memory>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "common/base/use_tuple.hpp"

namespace im::client {

namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kBetweenLooks{100};

/// Where the answer of the client's thread meets the coroutine.
struct Meeting {
  explicit Meeting(const asio::any_io_executor& executor) : come(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer come;  ///< never runs out by itself
  Result<HttpAnswer> result{Error{}};
};

/// Runs on the client's thread, and only as long as the coroutine waits.
HttpClient::Done bring_to(const std::shared_ptr<Meeting>& meeting) {
  return [weak = std::weak_ptr(meeting)](Result<HttpAnswer> result) {
    const auto at = weak.lock();
    if (!at) return;
    asio::post(at->come.get_executor(), [at, result = std::move(result)]() mutable {
      at->result = std::move(result);
      at->come.expires_at(asio::steady_timer::time_point::min());
    });
  };
}

}  // namespace

asio::awaitable<Result<HttpAnswer>> http_call(HttpCall call) {
  const auto executor = co_await asio::this_coro::executor;
  HttpClient client(HttpClientConfig{});
  const auto meeting = std::make_shared<Meeting>(executor);
  client.send(std::move(call), bring_to(meeting));
  co_await meeting->come.async_wait(kTuple);
  co_return std::move(meeting->result);
}

Result<HttpAnswer> http_call_now(HttpCall call) {
  static const std::atomic<bool> kNever{false};
  return http_call_now(std::move(call), kNever);
}

Result<HttpAnswer> http_call_now(HttpCall call, const std::atomic<bool>& stop) {
  const auto promise = std::make_shared<std::promise<Result<HttpAnswer>>>();
  auto answer = promise->get_future();
  HttpClient client(HttpClientConfig{});  // ends first: nobody answers after that
  client.send(std::move(call), [promise](Result<HttpAnswer> result) { promise->set_value(std::move(result)); });
  while (answer.wait_for(kBetweenLooks) != std::future_status::ready)
    if (stop) return Error{Error::Code::kUnavailable, "stopped"};
  return answer.get();
}

}  // namespace im::client
