#pragma once

#include <cstdint>

#include "common/base/clock.hpp"

namespace im {

/// The one clock that orders logins (docs/decisions/0018): that of the router which keeps the node registry. Everybody
/// else follows it by what its answers say. No machine's own wall clock takes part, and it never goes back. Pure: local
/// monotonic time is passed in; one thread, or guarded by the owner.
class ClusterClock {
 public:
  bool known() const { return known_; }
  /// This node gives the time now: as it knows it, or from `wall_us` when it has never heard of any.
  void lead(std::int64_t wall_us, TimePoint now);
  /// A reading taken somewhere else, some time before `now`: the time is that or later.
  void heard(std::int64_t reading_us, TimePoint now);
  /// Microseconds, about those since 1970; 0 = not known.
  std::int64_t at(TimePoint now) const;

 private:
  bool known_ = false;
  bool leads_ = false;
  std::int64_t offset_us_ = 0;
  TimePoint since_{};
};

/// The epoch of a session by when its login was asked; `tie`, at most 1023, tells apart what was asked within one
/// microsecond. The form is that of epochs minted by routers: milliseconds << 20 and a count.
constexpr std::uint64_t login_order(std::int64_t asked_us, std::uint32_t tie) {
  const auto us = static_cast<std::uint64_t>(asked_us);
  return us / 1000 << 20 | us % 1000 << 10 | (tie & 1023);
}

}  // namespace im
