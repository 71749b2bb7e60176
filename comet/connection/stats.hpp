#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "comet/connection/close_reason.hpp"
#include "comet/edge/edge_limits.hpp"
#include "common/base/histogram.hpp"

namespace im::comet {

/// Written by one thread, read by the scrape: a plain add without a locked instruction.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  void sub(std::uint64_t n = 1) { set(value() - n); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Why a push did not reach a connection that was named for it.
enum class DropReason : std::uint8_t {
  kGone,          ///< the connection is no longer there
  kNotOpen,       ///< it has not been told that it is authenticated yet
  kNotAccepted,   ///< the session does not want this op
  kNoHello,       ///< only for sessions that said hello, and this one did not (goim v1 never does)
  kOutboxFull,    ///< slow consumer, policy drop_newest
  kEphemeral,     ///< slow consumer, but soon stale: it stays
  kSlowConsumer,  ///< slow consumer, policy close: the connection ends
  kRoomOverflow,  ///< the room stayed at its bound: oldest dropped
  kCount
};
const char* label(DropReason reason);

/// Counters of one worker, summed at scrape.
struct WorkerStats {
  Counter accepted;
  Counter connections;  ///< gauge
  Counter rooms;        ///< gauge
  Counter sessions;     ///< gauge: connections with a session
  Counter roomed;       ///< gauge: sessions with a main room
  Counter tls_handshakes;
  Counter tls_resumed;  ///< of these, with a ticket
  Counter tls_ended;    ///< connections inside TLS, whether they got through the handshake or not
  // Gauges: bytes of user memory by part.
  Counter row_bytes;        ///< rows of connections, sessions in them
  Counter name_bytes;       ///< keys and devices
  Counter room_bytes;       ///< rooms and their lists of members
  Counter own_descriptors;  ///< gauge: open in a table of its own; 0: it has none
  Counter authenticated;
  Counter received_packets;
  Counter received_bytes;
  Counter pushed_messages;  ///< messages handed to a connection
  Counter pushed_packets;   ///< writes for them: packets, merged
  Counter written_bytes;
  Counter sweeps;
  Counter waiting_bytes;  ///< gauge: merged later
  Counter poll_bytes;     ///< gauge: wait for sessions of long-poll
  Histogram record_age;   ///< of records when the last connection of this worker had been written to
  Counter bad_requests;   ///< op 12/14/16 without effect, requests too large, headers that count as absent
  std::array<Counter, static_cast<std::size_t>(CloseReason::kCount)> closed;
  std::array<Counter, static_cast<std::size_t>(DropReason::kCount)> dropped;
  std::array<Counter, static_cast<std::size_t>(Limit::kCount)> limited;

  void drop(DropReason reason, std::uint64_t n = 1) { dropped[static_cast<std::size_t>(reason)].add(n); }
  void refuse(Limit limit) { limited[static_cast<std::size_t>(limit)].add(); }
  void close(CloseReason reason) { closed[static_cast<std::size_t>(reason)].add(); }
};

}  // namespace im::comet
