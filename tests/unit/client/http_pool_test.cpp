#include "common/client/http_pool.hpp"

#include <future>

#include <gtest/gtest.h>

#include "tests/unit/client/scripted_server.hpp"

namespace im::client {
namespace {

HttpPoolConfig config_of(const Url& url) {
  HttpPoolConfig config;
  config.url = url;
  config.connections = 1;
  config.waiting = 1;
  config.deadline = std::chrono::seconds(10);
  return config;
}

std::future<Result<HttpAnswer>> post(HttpPool& pool) {
  const auto promise = std::make_shared<std::promise<Result<HttpAnswer>>>();
  pool.post("{}", {{"Authorization", "Bearer x"}},
            [promise](Result<HttpAnswer> result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

TEST(HttpPool, KeepsItsConnection) {
  ScriptedServer server({{answer("one"), answer("two")}});
  HttpPool pool(config_of(server.url()));
  EXPECT_EQ(post(pool).get().value().body, "one");
  EXPECT_EQ(post(pool).get().value().body, "two");
}

TEST(HttpPool, AskAgainWhenAKeptConnectionWasClosed) {
  ScriptedServer server({{answer("one")}, {answer("two")}});
  HttpPool pool(config_of(server.url()));
  EXPECT_EQ(post(pool).get().value().body, "one");
  EXPECT_EQ(post(pool).get().value().body, "two");
}

TEST(HttpPool, AnAnswerTooManyIsNotTheNextOnes) {
  ScriptedServer server({{answer("one") + answer("stray")}, {answer("two")}});
  HttpPool pool(config_of(server.url()));
  EXPECT_EQ(post(pool).get().value().body, "one");
  EXPECT_EQ(post(pool).get().value().body, "two");
}

TEST(HttpPool, ConnectionCloseIsHeard) {
  ScriptedServer server({{answer("one", "Connection: close\r\n")}, {answer("two")}});
  HttpPool pool(config_of(server.url()));
  EXPECT_EQ(post(pool).get().value().body, "one");
  EXPECT_EQ(post(pool).get().value().body, "two");
}

TEST(HttpPool, BrokenAnswersAreErrors) {
  for (const std::string& broken : std::vector<std::string>{
           "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", answer(std::string(70000, 'x')),
           "HTTP/1.1 200 OK\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"}) {
    ScriptedServer server({{broken}});
    HttpPool pool(config_of(server.url()));
    const auto result = post(pool).get();
    ASSERT_FALSE(result.ok()) << broken.substr(0, 30);
    EXPECT_EQ(result.error().code, Error::Code::kUnavailable);
  }
}

TEST(HttpPool, EveryCallEndsAndTheQueueIsBounded) {
  ScriptedServer server(std::vector<std::vector<std::string>>(2));  // two connections, never an answer
  HttpPoolConfig config = config_of(server.url());
  config.deadline = std::chrono::milliseconds(300);
  HttpPool pool(config);
  auto hangs = post(pool), waits = post(pool), refused = post(pool);
  EXPECT_EQ(refused.get().error().code, Error::Code::kOverloaded);
  EXPECT_EQ(hangs.get().error().code, Error::Code::kTimeout);
  EXPECT_FALSE(waits.get().ok()) << "waiting counts";
  EXPECT_EQ(pool.open(), 0U);
  EXPECT_FALSE(post(pool).get().ok());  // it goes on after a timeout: a connection of its own, and as little answer
}

TEST(HttpPool, StopAnswersWhatIsUnderWay) {
  ScriptedServer server(std::vector<std::vector<std::string>>(1));
  auto pool = std::make_unique<HttpPool>(config_of(server.url()));
  auto hangs = post(*pool), waits = post(*pool);
  pool->stop();
  EXPECT_EQ(hangs.get().error().code, Error::Code::kUnavailable);
  EXPECT_EQ(waits.get().error().code, Error::Code::kUnavailable);
  EXPECT_EQ(post(*pool).get().error().code, Error::Code::kUnavailable);
  pool.reset();
  // A server that was never reached must not be waited for.
  asio::io_context context;
  tcp::socket socket(context);
  boost::system::error_code ignored;
  socket.connect({asio::ip::address_v4::loopback(), server.url().address.port}, ignored);
}

TEST(HttpPool, NobodyListens) {
  HttpPool pool(config_of({{"127.0.0.1", 1}, "/"}));
  EXPECT_EQ(post(pool).get().error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace im::client
