#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace im::log {

/// Lines of a log, one write each, to a descriptor that stays the caller's. A line that cannot be written (a full disk,
/// a reader that is gone) is given up and counted: nobody waits for a log. Before the first line that can be written
/// again, one says how many are missing and why. Any thread.
class LogOut {
 public:
  /// That line, without its end.
  using Missing = std::function<std::string(std::uint64_t lines, const std::string& why)>;
  LogOut(int descriptor, Missing missing) : descriptor_(descriptor), missing_(std::move(missing)) {}

  /// `text`: without its end.
  void line(std::string text);
  /// Lines that were not written whole, so far.
  std::uint64_t lost() const { return lost_; }

 private:
  bool write(std::string text);

  const int descriptor_;
  const Missing missing_;
  std::mutex mutex_;
  std::atomic<std::uint64_t> lost_{0};
  std::uint64_t untold_ = 0;  ///< of the lost ones; under mutex_, as the next two
  std::string why_;
  bool torn_ = false;  ///< what is there ends within a line
};

/// Of the log of this process (log.hpp), so far.
std::uint64_t lost_lines();

}  // namespace im::log
