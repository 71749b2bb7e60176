#include <array>
#include <atomic>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/redis/client_fixture.hpp"

namespace im::redis {
namespace {

/// A listening socket that is no Redis.
class Listener {
 public:
  Listener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(fd_, 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    address_ = address;
  }
  ~Listener() {
    for (const int fd : fillers_) ::close(fd);
    ::close(fd_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }
  /// From here on nobody can connect: the queue of the kernel is full, and it drops what comes.
  void fill() {
    for (int i = 0; i < 4; ++i) {
      fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(fillers_.back(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
    }
  }
  /// Takes one client, waits for what it says, answers with `text`, and hangs up.
  void answer_one(const std::string& text) {
    const int client = ::accept(fd_, nullptr, nullptr);
    std::array<char, 1024> asked{};
    EXPECT_GT(::read(client, asked.data(), asked.size()), 0);
    EXPECT_EQ(::send(client, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    ::close(client);
  }

 private:
  const int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address_{};
  std::vector<int> fillers_;
};

TEST(RedisFailuresTest, AnAddressThatDoesNotAnswerIsGivenUp) {
  Listener silent;
  silent.fill();
  auto config = config_for({silent.address()});
  config.connect_timeout = 100ms;
  Client client(config);
  client.start();
  EXPECT_TRUE(says(client, "no connection in time")) << detail(client);
}

TEST(RedisFailuresTest, StopDoesNotWaitForAnAddressThatDoesNotAnswer) {
  Listener silent;
  silent.fill();
  auto config = config_for({silent.address()});
  config.connect_timeout = std::chrono::hours(1);
  Client client(config);
  client.start();
  EXPECT_FALSE(ask(client, {"PING"}).ok());
  client.stop();
}

TEST(RedisFailuresTest, WhatIsNoRedisIsNamed) {
  Listener web;
  Client client(config_for({web.address()}));
  client.start();
  web.answer_one("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_TRUE(says(client, "Redis at " + web.address() + ": Protocol error")) << detail(client);
}

TEST(RedisFailuresTest, AServerThatHangsUpIsNamed) {
  Listener door;
  Client client(config_for({door.address()}));
  client.start();
  door.answer_one("-ERR max number of clients reached\r\n");
  EXPECT_TRUE(says(client, "max number of clients reached")) << detail(client);
  door.answer_one("+PON");
  EXPECT_TRUE(says(client, "Server closed the connection")) << detail(client);
}

TEST(RedisFailuresTest, EveryCommandIsAnsweredOnceWhateverHappens) {
  constexpr int kThreads = 4, kEach = 3000;
  RedisProcess redis;
  auto config = config_for({redis.address()});
  config.command_timeout = 200ms;
  config.max_pending = 1000;
  Client client(config);
  const Script script("return ARGV[1]");
  std::vector<std::atomic<int>> answers(kThreads * kEach);
  std::atomic<int> mixed_up{0};
  client.start();
  EXPECT_TRUE(comes_up(client));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const int n = t * kEach + i;
        auto done = [&, n](const Result<Reply>& result) {
          ++answers[static_cast<std::size_t>(n)];
          if (result.ok() && result.value().text != std::to_string(n)) ++mixed_up;
        };
        if (i % 2 == 0) {
          client.script(script, {}, {std::to_string(n)}, done);
        } else {
          client.command({"ECHO", std::to_string(n)}, done);
        }
        // Spreads the commands over the restarts of the server.
        if (i % 100 == 0) std::this_thread::sleep_for(1ms);
      }
    });
  }
  redis.kill();
  redis.start();
  EXPECT_TRUE(eventually([&] { return client.stats().connections >= 2; }));
  redis.freeze(true);
  client.stop();
  redis.freeze(false);
  for (auto& thread : threads) thread.join();
  for (const auto& count : answers) ASSERT_EQ(count, 1);
  EXPECT_EQ(mixed_up, 0);
  const auto stats = client.stats();
  EXPECT_EQ(stats.pending, 0U);
  EXPECT_EQ(stats.answered + stats.refused + stats.timeouts + stats.unavailable + stats.overloaded,
            static_cast<std::uint64_t>(kThreads * kEach));
}

}  // namespace
}  // namespace im::redis
