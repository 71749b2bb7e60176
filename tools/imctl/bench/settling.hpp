#pragma once

#include <cstdint>

#include "common/base/clock.hpp"

namespace im::imctl {

/// How long to wait for what is still missing at the end: as long as something comes. A slow machine is slow, not
/// broken; what is lost does not come however long one waits. Pure: time is passed in.
class Settling {
 public:
  struct Times {
    std::chrono::milliseconds quiet{60000};     ///< nothing new for so long: the rest is missing
    std::chrono::milliseconds longest{900000};  ///< in all: whoever is still fed then is fed for ever
  };
  explicit Settling(Times times) : times_(times) {}

  /// `news` grows with whatever comes.
  void tick(TimePoint now, std::uint64_t news);
  bool over() const { return over_; }
  /// Since the first tick.
  Duration lasted() const { return now_ - begun_; }

 private:
  Times times_;
  TimePoint begun_, heard_, now_;
  std::uint64_t news_ = 0;
  bool running_ = false, over_ = false;
};

}  // namespace im::imctl
