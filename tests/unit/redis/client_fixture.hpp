// A Client whose answers are waited for. Waiting is for a condition with a generous bound; no time is asserted.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "common/redis/client.hpp"
#include "tests/unit/redis/redis_process.hpp"

namespace im::redis {

using namespace std::chrono_literals;
inline constexpr auto kPatience = 30s;

template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    // A real redis-server and its client run on their own time.
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

inline Config config_for(std::vector<std::string> addresses) {
  Config config;
  config.addresses = std::move(addresses);
  config.command_timeout = 10s;  // a busy machine is no error; tests of the timeout set their own
  config.connect_timeout = 10s;
  return config;
}

using Waiting = std::future<Result<Reply>>;

inline Client::Done promise(Waiting& waiting) {
  auto answer = std::make_shared<std::promise<Result<Reply>>>();
  waiting = answer->get_future();
  return [answer](Result<Reply> result) { answer->set_value(std::move(result)); };
}

inline Waiting send(Client& client, std::vector<std::string> args) {
  Waiting waiting;
  client.command(std::move(args), promise(waiting));
  return waiting;
}

/// A kTimeout of its own when no answer comes at all.
inline Result<Reply> result_of(Waiting& waiting) {
  if (waiting.wait_for(kPatience) != std::future_status::ready)
    return Error{Error::Code::kInternal, "no answer at all"};
  return waiting.get();
}

inline Result<Reply> ask(Client& client, std::vector<std::string> args) {
  auto waiting = send(client, std::move(args));
  return result_of(waiting);
}

inline bool comes_up(Client& client) {
  return eventually([&] { return client.up(nullptr); });
}

inline std::string detail(const Client& client) {
  std::string text;
  client.up(&text);
  return text;
}

inline bool says(const Client& client, const std::string& text) {
  return eventually([&] { return detail(client).find(text) != std::string::npos; });
}

}  // namespace im::redis
