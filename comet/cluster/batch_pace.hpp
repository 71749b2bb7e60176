#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <random>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "common/client/backoff.hpp"

namespace im::comet {

/// In [0, 1).
inline double chance() {
  static thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution<>{}(engine);
}

/// How a batch that is repeated until it is taken goes on after a failure. There is one waiting time at a time, longer
/// after each failure and with chance in it. A batch that was refused for what is in it comes again in halves, until
/// the bad entry stands alone and is dropped: one poisonous entry never holds up its neighbours. Pure; one thread.
class BatchPace {
 public:
  explicit BatchPace(std::size_t most) : most_(most), limit_(most) {}

  /// Entries of the next batch, at most.
  std::size_t limit() const { return limit_; }
  /// A failure is being waited out: nothing is to be sent before due().
  bool waiting() const { return waiting_; }
  void due() { waiting_ = false; }
  /// For how long every batch has failed by now.
  Duration failing_for(TimePoint now) const { return failing_since_ ? now - *failing_since_ : Duration::zero(); }

  void taken() {
    limit_ = std::min(most_, limit_ * 2);
    refused_alone_ = 0;
    failing_since_.reset();
    backoff_.reset();
  }

  /// A batch of `size` entries failed. How long to wait (call due() then), or nothing: its one entry was refused so
  /// often that it is to be dropped, which counts as taken. `random` in [0, 1).
  std::optional<Duration> failed(Error::Code why, std::size_t size, TimePoint now, double random) {
    if (!failing_since_) failing_since_ = now;
    if (refused(why)) {
      limit_ = std::max<std::size_t>(1, std::min(limit_, size) / 2);
      backoff_.reset();
      if (size == 1 && ++refused_alone_ >= kTries) {
        taken();
        return std::nullopt;
      }
    }
    waiting_ = true;
    return backoff_.next((1 + random) / 2);
  }

 private:
  static constexpr int kTries = 5;  ///< of an entry alone, before the receiver's word is believed
  /// It may lie in the content: not valid, not readable, too large.
  static bool refused(Error::Code why) {
    return why == Error::Code::kInvalid || why == Error::Code::kInternal || why == Error::Code::kOverloaded;
  }

  std::size_t most_, limit_;
  client::Backoff backoff_{{std::chrono::milliseconds(200), std::chrono::milliseconds(1000), 2.0}};
  std::optional<TimePoint> failing_since_;
  int refused_alone_ = 0;
  bool waiting_ = false;
};

}  // namespace im::comet
