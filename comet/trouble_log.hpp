#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "comet/connection/stats.hpp"
#include "common/base/repeat.hpp"

namespace im::comet {

/// What went wrong for clients, for people who read logs: one line for each reason, at once and then at most once a
/// minute with how many there were. Which reasons: those that an operator can do something about; clients that leave
/// are none. Pure; the control thread.
class TroubleLog {
 public:
  struct Line {
    std::string_view what;    ///< "clients were closed"
    std::string_view reason;  ///< as in the metric: "slow_consumer"
    std::uint64_t count = 0;  ///< since the line before
  };
  /// The lines that are due, from the counters of all workers.
  std::vector<Line> look(const std::vector<const WorkerStats*>& workers, TimePoint now);

 private:
  /// One counter over all workers.
  struct Watch {
    std::uint64_t seen = 0;
    Repeat repeat;
  };
  static std::uint64_t news(Watch& watch, std::uint64_t total, TimePoint now);

  std::array<Watch, static_cast<std::size_t>(CloseReason::kCount)> closed_;
  std::array<Watch, static_cast<std::size_t>(DropReason::kCount)> dropped_;
  std::array<Watch, static_cast<std::size_t>(Limit::kCount)> limited_;
};

}  // namespace im::comet
