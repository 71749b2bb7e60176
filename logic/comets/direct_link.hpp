#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "logic/comets/comet_command.hpp"

namespace im::logic {

struct DirectLimits {
  std::size_t window = 1U << 20;        ///< bytes sent and not acknowledged
  std::size_t waiting = 4U << 20;       ///< bytes that wait; over it a command is refused
  std::size_t batch_bytes = 256 << 10;  ///< one message on the stream; a single larger command goes alone
  std::size_t batch_count = 256;
  Duration patience = std::chrono::seconds(3);  ///< then the caller hears that it failed
};

/// A caller to be told. The link itself calls nobody.
struct Settled {
  Reached done;
  Result<std::int32_t> result;
};

/// Order, bounds and deadlines of the commands for one comet; no I/O, the clock is passed in, one thread. A command
/// goes out at most once: what was sent when the stream ends has failed, what was not waits for the next stream until
/// its time is over.
class DirectLink {
 public:
  explicit DirectLink(DirectLimits limits) : limits_(limits) {}

  /// False: too much waits; nothing was taken.
  bool offer(CometCommand command, Reached& done, TimePoint now);
  struct Batch {
    std::uint64_t first_seq = 0;
    std::vector<const CometCommand*> commands;  ///< valid until the next call of a method that is not const
  };
  /// The next message for an open stream; nullopt: nothing waits, or the window is full.
  std::optional<Batch> next_batch();
  /// `reached`: of each command up to `seq` since the last time. nullopt: that was never sent, the stream is broken.
  std::optional<std::vector<Settled>> acked(std::uint64_t seq, const std::vector<std::int32_t>& reached);
  /// The stream is over: whose command was on it hears `why`. The next stream begins with seq 1.
  std::vector<Settled> closed(const Error& why);
  /// Those whose time is over.
  std::vector<Settled> expire(TimePoint now);
  /// No stream will come: everybody hears `why`.
  std::vector<Settled> drain(const Error& why);

  /// When expire() has something to do; nullopt: nothing is open.
  std::optional<TimePoint> due() const;
  bool idle() const { return sent_ == entries_.size(); }  ///< nothing waits
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  std::size_t in_flight_bytes() const { return in_flight_bytes_; }

 private:
  struct Entry {
    CometCommand command;
    std::size_t bytes;
    TimePoint until;
    Reached done;  ///< empty: was told that its time was over
  };
  DirectLimits limits_;
  std::deque<Entry> entries_;  ///< [0, sent_) is on the stream, the rest waits; `until` grows
  std::size_t sent_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::uint64_t next_seq_ = 1;
  std::uint64_t acked_ = 0;
};

}  // namespace im::logic
