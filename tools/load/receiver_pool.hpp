#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tools/load/latency.hpp"
#include "tools/load/ledger.hpp"
#include "tools/load/push_reader.hpp"

namespace im::load {

/// One client to be: where it connects and what it says.
struct Receiver {
  std::uint16_t port = 0;
  Transport transport = Transport::kTcp;
  std::string token;        ///< body of op 7
  std::string join{};       ///< body of an op 12 after the login; empty: none
  bool says_close = false;  ///< WebSocket: sends a Close frame when it leaves, as browsers do
  bool doubles = false;     ///< leaves by logging in elsewhere with the same key; the older connection stays open
};

struct PoolConfig {
  std::string host = "127.0.0.1";
  std::uint32_t run = 0;  ///< messages of other runs are ignored
  int threads = 1;
  std::size_t per_source_address = 2500;
};

/// Thousands of goim v2 clients on a few epoll threads; every push is entered in the ledger.
class ReceiverPool {
 public:
  /// `sent_at[stream]` holds the time (ns) each message was sent; outlives the pool.
  ReceiverPool(PoolConfig config, std::vector<Receiver> receivers, Ledger& ledger, const SendTimes& sent_at);
  ~ReceiverPool();
  ReceiverPool(const ReceiverPool&) = delete;
  ReceiverPool& operator=(const ReceiverPool&) = delete;

  /// Connects and authenticates all; returns how many are open, at the latest after `timeout_s`.
  std::size_t open(int timeout_s);
  std::uint64_t delivered() const;
  std::uint64_t closed() const { return closed_; }  ///< closed by the comet, or spoke nonsense
  void stop();                                      ///< joins; afterwards the ledger may be judged
  std::uint64_t reads() const;                      ///< that brought bytes of a logged-in client; after stop()
  /// After stop(): how long each copy took, by the second in which its push was due, from `first_due` (ns) on.
  std::vector<Latency> by_second(std::int64_t first_due) const;

 private:
  struct Worker;
  struct Client;
  friend struct Worker;

  PoolConfig config_;
  std::vector<Receiver> receivers_;
  Ledger& ledger_;
  const SendTimes& sent_at_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> closed_{0};
  std::atomic<bool> stop_{false};
};

}  // namespace im::load
