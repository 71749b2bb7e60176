#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/load/push_sender.hpp"
#include "tools/load/receiver_pool.hpp"

namespace im::load {

/// What a run is to look like, as given on the command line.
struct PlanConfig {
  std::vector<std::string> apis{"127.0.0.1:3111"};
  std::vector<std::uint16_t> tcp_ports{3101};
  std::vector<std::uint16_t> ws_ports{3102};
  double ws_share = 0.5;  ///< of the connections
  std::size_t connections = 1000;
  std::size_t idle = 0;   ///< further connections in no room
  std::size_t rooms = 1;  ///< 0: no room messages
  std::size_t users = 0;  ///< so many of the connections get messages of their own
  double rate = 40;
  double seconds = 10;
  std::uint32_t run = 0;
  /// Not 0: pushes to keys and to all beside those to rooms and users, and by this chance clients that join with op 12,
  /// say Close and hold two connections. With `api_key` some pushes go through /v1/push.
  std::uint32_t seed = 0;
  std::string api_key;
};

struct Plan {
  std::vector<Receiver> receivers;
  std::vector<Stream> streams;
  std::vector<std::pair<std::size_t, std::uint32_t>> expectations;  ///< receiver, stream
  std::size_t messages_per_stream = 0;
  std::vector<std::uint32_t> order{};  ///< the stream of each push; empty: in turn
};

/// The receivers of a run are users first_uid, first_uid + 1, ...
constexpr std::uint64_t first_uid(std::uint32_t run) { return std::uint64_t{run} * 1'000'000 + 1; }

/// Connections spread evenly over comets, rooms and transports; a stream per room and API address, a stream per user.
Plan make_plan(const PlanConfig& config);

}  // namespace im::load
