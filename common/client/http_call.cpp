#include "common/client/http_call.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
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

Error no_answer(const boost::system::error_code& error) {
  const bool late = error == beast::error::timeout;
  return {late ? Error::Code::kTimeout : Error::Code::kUnavailable, error_text(error)};
}

http::request<http::string_body> request_of(HttpCall& call) {
  http::request<http::string_body> request;
  request.method_string(call.method);
  request.target(call.url.target.empty() ? "/" : call.url.target);
  request.set(http::field::host, call.url.address.text());
  request.set(http::field::user_agent, "webrtc-im");
  request.keep_alive(false);
  request.body() = std::move(call.body);
  request.prepare_payload();
  return request;
}

}  // namespace

asio::awaitable<Result<HttpAnswer>> http_call(HttpCall call) {
  const auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  const std::string port = std::to_string(call.url.address.port);
  const auto [unknown, endpoints] = co_await resolver.async_resolve(call.url.address.host, port, kTuple);
  if (unknown) co_return no_answer(unknown);
  beast::tcp_stream stream(executor);
  stream.expires_after(call.deadline);
  const auto [refused, endpoint] = co_await stream.async_connect(endpoints, kTuple);
  if (refused) co_return no_answer(refused);
  const auto request = request_of(call);
  stream.expires_after(call.deadline);
  const auto [unsent, written] = co_await http::async_write(stream, request, kTuple);
  if (unsent) co_return no_answer(unsent);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  const auto [failed, size] = co_await http::async_read(stream, buffer, response, kTuple);
  if (failed) co_return no_answer(failed);
  HttpAnswer answer;
  answer.status = static_cast<int>(response.result_int());
  answer.body = std::move(response.body());
  co_return answer;
}

namespace {

// co_spawn wants a result that can be default-constructed; Result cannot.
asio::awaitable<void> call_into(HttpCall call, std::shared_ptr<Result<HttpAnswer>> result) {
  *result = co_await http_call(std::move(call));
}

}  // namespace

Result<HttpAnswer> http_call_now(HttpCall call) {
  asio::io_context context(1);
  auto result = std::make_shared<Result<HttpAnswer>>(Error{});
  const auto rethrow = [](const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
  };
  asio::co_spawn(context, call_into(std::move(call), result), rethrow);
  context.run();
  return *result;
}

}  // namespace im::client
