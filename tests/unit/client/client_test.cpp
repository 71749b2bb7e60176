#include "common/client/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <gtest/gtest.h>

namespace im::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

/// A comet made of a script: what the n-th connection gets after its login; then it is closed or stays open.
struct ScriptedComet {
  explicit ScriptedComet(asio::io_context& io) : context(io) {}

  struct Part {
    std::string answer;
    bool close = false;
  };

  asio::awaitable<void> serve(tcp::socket socket, Part part) {
    try {
      std::array<char, 4096> buffer{};
      const std::size_t size = co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
      logins.emplace_back(buffer.data(), size);
      co_await asio::async_write(socket, asio::buffer(part.answer), asio::use_awaitable);
      while (!part.close) {
        const std::size_t more = co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        received.append(buffer.data(), more);
      }
    } catch (const std::exception&) {
      ++ended;
    }
  }

  asio::awaitable<void> accept() {
    for (const Part& part : script) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      asio::co_spawn(context, serve(std::move(socket), part), asio::detached);
    }
  }

  asio::io_context& context;
  std::vector<Part> script;
  tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::vector<std::string> logins;
  std::string received;
  int ended = 0;
};

struct ClientTest : testing::Test {
  void run(std::vector<ScriptedComet::Part> script) {
    comet.script = std::move(script);
    asio::co_spawn(context, comet.accept(), asio::detached);
    config.address = {"127.0.0.1", comet.acceptor.local_endpoint().port()};
    config.backoff = {milliseconds(1), milliseconds(2), 2.0};
    Handlers handlers;
    handlers.on_status = [this](const Status& status) {
      log += std::string(to_string(status.state)) + (status.why.empty() ? "" : "(" + status.why + ")") + " ";
      if (status.state == State::kConnected && ++connected == stop_at_connect) stop();
      if (status.state == State::kEnded) stop();
      if (status.state != State::kWaiting) return;
      counts += std::to_string(status.turned_away) + "/" + std::to_string(status.cut_short) + " ";
      if (++losses == stop_at_loss) stop();
    };
    handlers.on_message = [this](const Message& message) {
      log += std::to_string(message.op) + "=" + std::string(message.body) + " ";
      if (message.body == "stop") stop();
    };
    client.emplace(context, config, std::move(handlers));
    client->start();
    context.run_for(std::chrono::seconds(10));
  }
  void stop() {
    client->stop();
    boost::system::error_code ignored;
    comet.acceptor.close(ignored);
    context.stop();
  }

  asio::io_context context{1};
  ScriptedComet comet{context};
  Config config;
  std::optional<Client> client;
  std::string log, counts;
  int connected = 0, losses = 0, stop_at_connect = 0, stop_at_loss = 0;
};

TEST_F(ClientTest, LogsInAndHandsOutPushes) {
  config.identity = {7, "phone", "", "", {}};
  run({{packet(8, 1) + packet(1000, 0, "a") + packet(3, 0, "push") + packet(1000, 0, "stop") +
        packet(1000, 0, "late")}});
  EXPECT_EQ(log, "connecting connected 1000=a 3=push 1000=stop ");
  EXPECT_EQ(comet.logins.at(0), packet(7, 1, R"({"mid":7,"key":"phone"})"));
}

TEST_F(ClientTest, ComesBackAfterALoss) {
  run({{packet(8, 1) + packet(1000, 0, "a"), true}, {packet(8, 1) + packet(1000, 0, "stop")}});
  EXPECT_EQ(log, "connecting connected 1000=a waiting(closed by the other side) connecting connected 1000=stop ");
}

TEST_F(ClientTest, ARefusedTokenIsSaid) {
  stop_at_loss = 1;
  run({{"", true}});
  EXPECT_EQ(log,
            "connecting waiting(closed by the other side before the login was answered (token refused, or no logic to "
            "ask)) ");
}

TEST_F(ClientTest, LossesOfOneKindInARowAreCounted) {
  stop_at_loss = 5;
  const std::string let_in = packet(8, 1);
  run({{"", true}, {"", true}, {let_in, true}, {let_in, true}, {"", true}});
  EXPECT_EQ(counts, "1/0 2/0 0/1 0/2 1/0 ") << "turned away / cut short";
}

TEST_F(ClientTest, ReplacedOrKickedIsForGood) {
  namespace beast = boost::beast;
  int sessions = 0;
  const auto replace = [&]() -> asio::awaitable<void> {
    while (true) {
      tcp::socket socket = co_await comet.acceptor.async_accept(asio::use_awaitable);
      ++sessions;
      beast::websocket::stream<tcp::socket> peer(std::move(socket));
      co_await peer.async_accept(asio::use_awaitable);
      beast::flat_buffer login;
      co_await peer.async_read(login, asio::use_awaitable);
      const beast::websocket::close_reason reason(beast::websocket::close_code(4002), "replaced");
      co_await peer.async_close(reason, asio::use_awaitable);
    }
  };
  asio::co_spawn(context, replace, asio::detached);
  config.transport = Transport::kWebSocket;
  run({});
  EXPECT_EQ(log, "connecting ended(closed by the comet: code 4002 replaced) ");
  EXPECT_EQ(sessions, 1);
}

TEST_F(ClientTest, SilenceAfterALoginEndsTheAttempt) {
  config.login_timeout = milliseconds(50);
  stop_at_loss = 1;
  run({{""}});
  EXPECT_TRUE(log.starts_with("connecting waiting(no answer in time before the login")) << log;
}

TEST_F(ClientTest, AnUnansweredHeartbeatEndsTheConnection) {
  config.heartbeat = milliseconds(30);
  stop_at_loss = 1;
  run({{packet(8, 1)}});
  EXPECT_EQ(log, "connecting connected waiting(the last heartbeat was not answered) ");
  EXPECT_EQ(comet.received, packet(2, 2));
}

TEST_F(ClientTest, WhatIsNotGoimIsSaid) {
  stop_at_loss = 1;
  run({{"HTTP/1.1 400 Bad Request\r\n\r\n"}});
  EXPECT_EQ(log, "connecting waiting(what arrived is not goim v2 (bad_header_length)) ");
}

TEST_F(ClientTest, NobodyListens) {
  stop_at_loss = 2;
  comet.acceptor.close();
  tcp::acceptor taken(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto port = taken.local_endpoint().port();
  taken.close();
  config.nodes_url = "http://127.0.0.1:" + std::to_string(port) + "/goim/nodes/weighted";
  comet.acceptor = tcp::acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  run({});
  EXPECT_EQ(log, "waiting(no node list from " + config.nodes_url + ": connection refused) waiting(no node list from " +
                     config.nodes_url + ": connection refused) ");
}

}  // namespace
}  // namespace im::client
