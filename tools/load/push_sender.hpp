#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/load/latency.hpp"
#include "tools/load/ledger.hpp"

namespace im::load {

/// Messages 0, 1, 2, ... to one target, through one API address (order is promised per address).
struct Stream {
  std::string target;  ///< "/goim/push/room?operation=1000&type=live&room=1"
  std::size_t api = 0;
  int operation = 1000;
  std::string to{};  ///< not empty: `{"room":"live://1"}`, through POST /v1/push in place of the target
};

struct SenderConfig {
  std::vector<std::string> apis;  ///< host:port
  std::uint32_t run = 0;
  double rate = 40;          ///< pushes per second over all streams, open loop: never waits for answers
  std::size_t messages = 0;  ///< per stream
  std::size_t body_size = 0;
  std::string api_key;                 ///< not empty: the same pushes through POST /v1/push
  std::vector<std::uint32_t> order{};  ///< the stream of each push; empty: in turn, `messages` to each
};

struct SenderReport {
  std::uint64_t sent = 0;
  std::uint64_t acked = 0;
  std::map<std::string, std::uint64_t> refused;  ///< answer → how often
  Latency answer;                                ///< from due time to the answer
  double seconds = 0;                            ///< from the first push to the last answer
  std::int64_t first_due = 0;                    ///< when the first push was due (latency.hpp, now_ns)
};

/// Sends the messages of all streams in turn over one keep-alive connection per API address, pipelined. Blocks until
/// every request is answered, or `answer_timeout_s` after the last one was due.
SenderReport send_all(const SenderConfig& config, const std::vector<Stream>& streams, Ledger& ledger,
                      SendTimes& sent_at, int answer_timeout_s);

}  // namespace im::load
