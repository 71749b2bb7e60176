#include "common/base/cluster_clock.hpp"

#include <algorithm>

namespace im {

namespace {

/// What quartz clocks differ by at most, twice: an estimate that ran ahead comes back to the one it follows.
constexpr std::int64_t kDrift = 10'000;  // 1 / 100 ppm

std::int64_t us_of(Duration time) { return std::chrono::duration_cast<std::chrono::microseconds>(time).count(); }

}  // namespace

void ClusterClock::lead(std::int64_t wall_us, TimePoint now) {
  if (!known_) heard(wall_us, now);
  leads_ = true;
}

void ClusterClock::heard(std::int64_t reading_us, TimePoint now) {
  const std::int64_t offset = reading_us - us_of(now.time_since_epoch());
  if (!known_) {
    offset_us_ = offset;
  } else {
    const std::int64_t eased = leads_ ? 0 : us_of(now - since_) / kDrift;
    offset_us_ = std::max(offset_us_ - std::max<std::int64_t>(eased, 0), offset);
  }
  known_ = true;
  since_ = now;
}

std::int64_t ClusterClock::at(TimePoint now) const { return known_ ? us_of(now.time_since_epoch()) + offset_us_ : 0; }

}  // namespace im
