#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/load/delivery_judge.hpp"
#include "tools/load/latency.hpp"
#include "tools/load/push_reader.hpp"

namespace im::load {

/// A client that wants to be connected, to whichever comet.
struct SteadyClient {
  Transport transport = Transport::kTcp;
  std::string token;        ///< body of op 7
  std::size_t first = 0;    ///< index of the comet it tries first
  std::string join{};       ///< its room, joined with op 12 after the login; empty: the token says it
  bool says_close = false;  ///< see Receiver
  bool doubles = false;
};

struct SteadyConfig {
  std::string host = "127.0.0.1";
  std::uint32_t run = 0;  ///< messages of other runs count as phantom
  int threads = 1;
  std::vector<std::uint16_t> tcp_ports;   ///< one per comet
  std::vector<std::uint16_t> ws_ports;    ///< one per comet
  std::int64_t backoff_ns = 200'000'000;  ///< bound of the first wait; doubled up to backoff_max, full jitter
  std::int64_t backoff_max_ns = 2'000'000'000;
  std::int64_t login_ns = 5'000'000'000;  ///< from connect to the auth reply
  std::int64_t heartbeat_ns = 4'000'000'000;
  std::int64_t silence_ns = 10'000'000'000;  ///< nothing read for so long: the connection counts as lost
  std::int64_t gap_ns = 1'000'000'000;       ///< a longer silence between two messages is noted
  std::int64_t kept_old_ns = 10'000'000'000;
  double churn = 0;  ///< so many clients per second leave and come back elsewhere
};

/// What became of the clients; over all of them.
struct SteadyReport {
  std::map<std::string, std::uint64_t> losses;  ///< why → how often
  std::uint64_t failed_attempts = 0;            ///< reconnects that did not end in an auth reply
  Latency recovery;                             ///< from the loss of a connection to the next auth reply
  Latency delivery;                             ///< from the time in the message to reading it
  std::uint64_t replaced = 0;                   ///< older connections of a key that the cluster closed
  std::uint64_t kept_old = 0;                   ///< those that it left open, kept_old_ns after the newer one was up
  Latency gap;                                  ///< silences of clients that stayed connected, above gap_ns
};

/// goim v2 clients on a few epoll threads. Each one reconnects with jitter, to another comet than the one it lost, for
/// as long as the run lasts, and tells the judge when it is up, when it is down and what it got.
class SteadyClients {
 public:
  SteadyClients(SteadyConfig config, std::vector<SteadyClient> clients, DeliveryJudge& judge);
  ~SteadyClients();
  SteadyClients(const SteadyClients&) = delete;
  SteadyClients& operator=(const SteadyClients&) = delete;

  /// Starts; returns how many are up, at the latest after `timeout_s`.
  std::size_t open(int timeout_s);
  std::size_t up() const { return up_; }
  std::uint64_t received() const { return received_; }
  void quieten() { churn_ = false; }  ///< no more churn
  void stop();                        ///< joins and closes all; then the judge may judge
  SteadyReport report() const;        ///< after stop()

 private:
  struct Worker;

  SteadyConfig config_;
  std::vector<SteadyClient> clients_;
  DeliveryJudge& judge_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::size_t> up_{0};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<bool> churn_{true};
  std::atomic<bool> stop_{false};
};

}  // namespace im::load
