#pragma once

#include <chrono>
#include <cstdint>

#include "common/base/clock.hpp"

namespace im::imctl {

/// Who types in the current conversation, as long as it is shown; and when it is time to tell that this user does.
/// Pure.
class TypingSign {
 public:
  void heard(std::int64_t uid, TimePoint now) { typist_ = uid, until_ = now + std::chrono::seconds(5); }
  /// What they typed is there.
  void wrote(std::int64_t uid) {
    if (uid == typist_) until_ = {};
  }
  /// 0: nobody.
  std::int64_t who(TimePoint now) const { return now < until_ ? typist_ : 0; }

  /// This user types. False: the others have been told a moment ago.
  bool tell(TimePoint now) {
    if (now < next_) return false;
    next_ = now + std::chrono::seconds(3);
    return true;
  }

 private:
  std::int64_t typist_ = 0;
  TimePoint until_, next_;
};

}  // namespace im::imctl
