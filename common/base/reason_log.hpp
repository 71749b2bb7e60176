#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "common/base/repeat.hpp"

namespace im {

/// Why something is refused: each reason is told at once, then at most once a minute with how many there were. Reasons
/// that differ only in what stands between quotes are one, since that part may be an outsider's. Any thread.
class ReasonLog {
 public:
  /// One more; how many to tell now, or 0 for silence.
  std::uint64_t tell(std::string_view why, TimePoint now) {
    const std::lock_guard lock(mutex_);
    auto found = reasons_.find(shape_of(why));
    if (found == reasons_.end() && reasons_.size() >= kMostReasons) found = reasons_.find("");
    if (found == reasons_.end())
      found = reasons_.emplace(reasons_.size() + 1 < kMostReasons ? shape_of(why) : "", Repeat()).first;
    return found->second.tell(now);
  }

 private:
  static constexpr std::size_t kMostReasons = 64;  ///< the last one is for all others
  static std::string shape_of(std::string_view why) {
    const auto first = why.find('"');
    if (first == std::string_view::npos) return std::string(why);
    return std::string(why.substr(0, first)) + std::string(why.substr(why.rfind('"')));
  }

  std::mutex mutex_;
  std::map<std::string, Repeat, std::less<>> reasons_;
};

}  // namespace im
