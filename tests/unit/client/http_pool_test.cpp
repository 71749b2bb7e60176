#include "common/client/http_pool.hpp"

#include <array>
#include <atomic>
#include <future>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace im::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string answer(const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Serves one connection after the other: each has the answers to its requests, then it is closed. Without any it is
/// held open in silence.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::vector<std::string>> connections) : connections_(std::move(connections)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() { thread_.join(); }
  Url url() const { return {{"127.0.0.1", acceptor_.local_endpoint().port()}, "/who"}; }
  std::atomic<int> requests{0};

 private:
  void serve() {
    for (const auto& answers : connections_) {
      tcp::socket socket(context_);
      acceptor_.accept(socket);
      asio::streambuf buffer;
      boost::system::error_code error;
      for (const std::string& one : answers) {
        const std::size_t head = asio::read_until(socket, buffer, "{}", error);
        if (error) break;
        buffer.consume(head);
        ++requests;
        asio::write(socket, asio::buffer(one), error);
      }
      if (answers.empty()) asio::read_until(socket, buffer, "never", error);  // until the client gives up
    }
  }
  std::vector<std::vector<std::string>> connections_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::thread thread_;
};

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
  EXPECT_EQ(waits.get().error().code, Error::Code::kTimeout) << "waiting counts";
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
