#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"

namespace im::comet {

/// More calls at once would not help.
inline bool nobody_answered(const Error& error) {
  return error.code == Error::Code::kTimeout || error.code == Error::Code::kUnavailable;
}

/// How many calls may be under way to whoever answers them, found by how long the answers take. A fixed number is wrong
/// when the other side is slow: with 500 under way and 100 answers a second each call takes five seconds, every one of
/// them ends by its deadline, and all that was done for it is lost. Grows while answers are quick, halves when one was
/// slow or did not come, at most once for what was under way then (docs/decisions/0067). What is slow is measured
/// against the quickest answer of late: who needs a second for each (a hook of the operator's) is not overloaded by
/// that. Pure; one thread.
class FlightWindow {
 public:
  struct Rules {
    std::size_t least = 16, first = 64, most = 512;
    Duration slow = std::chrono::milliseconds(1000);  ///< or twice the quickest; well below the deadline of a call
  };

  explicit FlightWindow(Rules rules) : rules_(rules), size_(std::min(rules.first, rules.most)) {}

  std::size_t size() const { return size_; }

  /// `lost`: it was given up, or nobody was there to answer.
  void answered(TimePoint begun, TimePoint ended, bool lost) {
    const Duration took = ended - begun;
    if (!lost) note(took, ended);
    const Duration slow = std::max(rules_.slow, 2 * std::min(quickest_, quickest_before_));
    if (lost || took > slow) return shrink(begun, ended);
    if (took <= slow * 3 / 4) grow();
  }

 private:
  static constexpr std::chrono::seconds kLately{30};

  void note(Duration took, TimePoint now) {
    if (now - period_ > kLately) {
      quickest_before_ = quickest_;
      quickest_ = took;
      period_ = now;
    }
    quickest_ = std::min(quickest_, took);
  }
  void shrink(TimePoint begun, TimePoint ended) {
    if (begun < shrunk_) return;  // it began in the larger window: that one has been dealt with
    shrunk_ = ended;
    climbing_ = false;
    earned_ = 0;
    size_ = std::max(std::min(rules_.least, rules_.most), size_ / 2);
  }
  /// Doubles with each round until it was too large once; then an eighth more with each round.
  void grow() {
    if (!climbing_ && ++earned_ < size_) return;
    earned_ = 0;
    size_ = std::min(rules_.most, size_ + (climbing_ ? 1 : std::max<std::size_t>(1, size_ / 8)));
  }

  static constexpr Duration kNever = std::chrono::hours(1);

  Rules rules_;
  std::size_t size_;
  std::size_t earned_ = 0;
  bool climbing_ = true;
  TimePoint shrunk_{};
  TimePoint period_{};  ///< when `quickest_` began to be looked for
  Duration quickest_ = kNever, quickest_before_ = kNever;
};

}  // namespace im::comet
