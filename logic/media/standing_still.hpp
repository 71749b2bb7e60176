#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

namespace im::logic::media {

/// Since when an upload stands still. Where no row could be read, none could be begun, asked about or finished: that
/// time is not its own, and it has the whole of it once more when rows are back. Pure; one thread at a time.
class StandingStill {
 public:
  void no_rows() { is_away_ = true; }
  void rows_at(std::int64_t now_ms) {
    if (std::exchange(is_away_, false)) back_ms_ = now_ms;
  }
  std::int64_t since(std::int64_t changed_ms) const { return std::max(changed_ms, back_ms_); }

 private:
  bool is_away_ = false;
  std::int64_t back_ms_ = 0;
};

}  // namespace im::logic::media
