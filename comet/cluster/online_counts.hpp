#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "comet/logic_gateway.hpp"

namespace im::comet {

/// Members per room over all workers, and what of it is to be reported next. Changes are reported as they come; from
/// time to time all rooms are, a stretch of the order of their keys at a time, so that no report is above
/// kMaxBatchBytes however many rooms there are. Pure; control thread.
class OnlineCounts {
 public:
  void set(std::uint8_t worker, const std::string& room, std::int32_t count);

  /// All rooms are to be reported once more.
  void begin_full() { full_ = true; }
  /// What is due now; without counts when nothing has changed.
  CountReport next();
  /// The report went well. What changed since stays due.
  void reported(const CountReport& report);
  /// There is more than the last report had: another one may follow at once.
  bool more() const { return full_ || cut_; }

 private:
  struct Room {
    std::unordered_map<std::uint8_t, std::int32_t> by_worker;
    std::int32_t total = 0;
  };
  CountReport stretch() const;
  CountReport changes();

  std::map<std::string, Room> rooms_;
  std::unordered_map<std::string, std::int32_t> changed_;
  bool full_ = false;
  bool cut_ = false;       ///< the last changes were not all
  std::string full_from_;  ///< where the full report goes on
};

}  // namespace im::comet
