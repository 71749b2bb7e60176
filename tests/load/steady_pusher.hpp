#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/load/delivery_judge.hpp"
#include "tools/load/latency.hpp"
#include "tools/load/push_sender.hpp"

namespace im::load {

struct SteadyPusherConfig {
  std::vector<std::string> apis;  ///< host:port
  std::uint32_t run = 0;
  double rate = 500;                               ///< pushes per second over all streams
  std::string api_key;                             ///< for streams that go through /v1/push
  std::int64_t answer_timeout_ns = 8'000'000'000;  ///< a push without an answer by then counts as refused
  std::size_t max_pending = 20'000;                ///< per API address; over it pushes are refused here
};

struct SteadyPusherReport {
  std::uint64_t sent = 0;
  std::uint64_t acked = 0;
  std::uint64_t refused = 0;                 ///< sent and not acked, for whatever reason
  std::map<std::string, std::uint64_t> why;  ///< of the refused
  Latency answer;                            ///< from writing to code 0
};

/// Pushes the messages of all streams in turn until told to stop: open loop, so neither a slow answer nor a dead API
/// address holds a later push back. One keep-alive connection per API address (order is promised per address),
/// connected again every 100 ms when it is gone; nothing is repeated. Blocks until `stop` and the answers, or their
/// timeout.
SteadyPusherReport push_until(const std::atomic<bool>& stop, const SteadyPusherConfig& config,
                              const std::vector<Stream>& streams, DeliveryJudge& judge);

}  // namespace im::load
