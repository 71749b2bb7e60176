#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "common/base/clock.hpp"

namespace im::imctl {

/// When a load begins its next things: at a rate, while not too many have no answer yet. Without that bound a load that
/// asks for more than the machine can do measures its own queue. Pure.
class LoadPace {
 public:
  LoadPace() = default;
  LoadPace(double per_second, std::size_t most_open) : per_second_(per_second), most_open_(most_open) {}

  /// How many begin now; `open` of those before have no answer. Those that were due and did not begin stay due.
  std::size_t take(Duration since_begin, std::size_t open) {
    due_ = static_cast<std::uint64_t>(std::chrono::duration<double>(since_begin).count() * per_second_) + 1;
    const std::uint64_t owed = due_ - std::min(due_, begun_ + left_out_);
    const auto now = std::min<std::uint64_t>(owed, most_open_ - std::min(most_open_, open));
    begun_ += now;
    return static_cast<std::size_t>(now);
  }
  /// What take() found due and did not begin never will. (By its time: a moment later more is due.)
  void leave_out() { left_out_ = due_ - begun_; }

  std::uint64_t begun() const { return begun_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  double per_second_ = 0;
  std::size_t most_open_ = 0;
  std::uint64_t due_ = 0, begun_ = 0, left_out_ = 0;
};

}  // namespace im::imctl
