#pragma once

#include <cstdint>
#include <mutex>

#include "common/base/clock.hpp"

namespace im {

/// Keeps callers from waiting, one after the other, for somebody who does not answer. After some calls in a row that
/// had no answer it is open: calls are refused at once, but one in each pause, which finds out. Any answer closes it:
/// what it says is not asked. A call that began before the last answer says nothing of what is now: it may have had
/// much longer to end than the one that was answered. Any thread.
class Breaker {
 public:
  struct Limits {
    int unanswered = 3;  ///< calls in a row
    Duration pause = std::chrono::seconds(5);
  };
  explicit Breaker(Limits limits) : limits_(limits) {}

  /// Before a call. False: not now.
  bool admit(TimePoint now);
  /// After one that was admitted. True: it was open until now.
  bool answered(TimePoint now);
  /// The same; `begun`: when it was admitted. True: it is open from now on.
  bool unanswered(TimePoint now, TimePoint begun);

  bool is_open() const;
  /// Calls that were not admitted.
  std::uint64_t refused() const;

 private:
  const Limits limits_;
  mutable std::mutex mutex_;
  int in_a_row_ = 0;
  bool is_open_ = false;
  TimePoint answered_at_ = TimePoint::min();  ///< the last time
  TimePoint next_try_{};                      ///< while it is open
  std::uint64_t refused_ = 0;
};

}  // namespace im
