#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "common/base/clock.hpp"

namespace im::logic::webim {

/// A picture on its way; its seat is free again when this goes. Any thread.
class UploadSeat {
 public:
  void came(std::size_t bytes) { bytes_ += bytes; }
  /// From then on its sender is not waited for.
  void whole() { whole_ = true; }
  /// Another has the seat: nothing more is taken.
  bool taken_away() const { return taken_away_; }

 private:
  friend class UploadSeats;
  UploadSeat(std::string client, TimePoint since) : client_(std::move(client)), since_(since) {}
  const std::string client_;
  const TimePoint since_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> whole_{false}, taken_away_{false};
};

/// How many pictures may be on their way at once: slow senders hold a connection and a file each. When all seats are
/// taken, the slowest of the address that has the most gives way: where it is slow at all, or where that address has at
/// least two more than the newcomer's. One that has just begun does not. So a few addresses do not keep all others out.
/// Any thread.
class UploadSeats {
 public:
  struct Limits {
    std::size_t most = 256;
    std::size_t per_address = 64;                 ///< IPv6: of one /64; 0: no limit
    std::chrono::milliseconds beginning{10'000};  ///< so long nobody's pace is known
  };
  using Clock = std::function<TimePoint()>;
  explicit UploadSeats(Limits limits, Clock clock = monotonic_now);
  /// Held as long as the answer is; nullptr: none is free, and nobody gives way.
  std::shared_ptr<UploadSeat> take(const std::string& address);

 private:
  struct State;
  const std::shared_ptr<State> state_;
  const Clock clock_;
};

}  // namespace im::logic::webim
