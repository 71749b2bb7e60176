#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/load/steady_clients.hpp"

/// Inside of SteadyClients.
namespace im::load {

enum class SteadyState : std::uint8_t { kWaiting, kConnecting, kUp };

/// One client and its connection, if it has one.
struct SteadyConnection {
  std::size_t index = 0;
  SteadyState state = SteadyState::kWaiting;
  int fd = -1;
  std::size_t node = 0;
  std::int64_t due = 0;      ///< waiting: next attempt; connecting: deadline; up: next heartbeat
  std::int64_t backoff = 0;  ///< bound of the next wait
  std::int64_t lost_at = 0;  ///< 0: not away, or away because it wanted to
  std::int64_t last_read = 0;
  std::int64_t asked_at = 0;  ///< a heartbeat was sent then and nothing was read since; 0: none
  std::int64_t last_message = 0;
  std::optional<PushReader> reader;
};

/// The older connection of a client that has logged in elsewhere with the same key. What comes over it is thrown away.
struct OldConnection {
  int fd = -1;
  std::size_t client = 0;  ///< index in the worker
  std::int64_t due = 0;    ///< it must be closed by then; 0: the newer one is not up yet
};

/// One thread and its share of the clients.
struct SteadyClients::Worker {
  Worker(SteadyClients& owner, std::size_t first, std::size_t step);
  ~Worker() { ::close(epoll); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run();
  void look_after(SteadyConnection& client, std::int64_t now);
  void churn(std::int64_t now);
  void connect(SteadyConnection& client, std::int64_t now);
  void on_ready(SteadyConnection& client, std::uint32_t events);
  void read(SteadyConnection& client);
  void on_packet(SteadyConnection& client, std::int32_t op, std::string_view body);
  void on_mark(SteadyConnection& client, std::string_view body);
  void send_packet(SteadyConnection& client, std::int32_t op, const std::string& body);
  void write(SteadyConnection& client, const std::string& bytes);
  void lose(SteadyConnection& client, const char* why, std::int64_t at);
  void close(SteadyConnection& client);
  void leave(SteadyConnection& client, std::int64_t now);
  void became_up(SteadyConnection& client);
  void look_at_old(std::int64_t now);

  SteadyClients& pool;
  const SteadyConfig& config;
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<SteadyConnection> clients;
  std::vector<OldConnection> old;
  std::minstd_rand random;
  double churn_debt = 0;
  std::int64_t churned_at = now_ns();
  SteadyReport report;
  std::array<char, 256 * 1024> buffer;
  std::thread thread;
};

}  // namespace im::load
