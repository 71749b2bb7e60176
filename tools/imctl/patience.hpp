#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "tools/imctl/exit_code.hpp"

namespace im::imctl {

/// Why something does not go on that may be tried again.
struct Setback {
  std::string why;                        ///< "the disk is full (code 4503)"
  std::chrono::milliseconds retry_in{0};  ///< what the server asks for; 0: it says nothing of that
  Exit exit = kFailed;                    ///< how imctl ends if nothing comes after it
  std::optional<std::uint64_t> kept;      ///< the server has lost what it had of an upload behind these bytes
};

/// How long something may stand still that is tried again. Pure: the clock is handed in.
class Patience {
 public:
  Patience(std::chrono::milliseconds most, TimePoint now) : most_(most), since_(now) {}
  void moved(TimePoint now) {
    since_ = now;
    tries_ = 0;
  }
  /// Until the next try, longer each time that nothing came of one; nothing: it would come too late.
  std::optional<std::chrono::milliseconds> pause(TimePoint now, const Setback& setback) {
    constexpr std::chrono::milliseconds kUsual{500}, kEach{5};
    constexpr int kDoublings = 4;
    const auto usual = kUsual * (1 << std::min(tries_, kDoublings));
    const auto wait = setback.retry_in.count() > 0 ? std::max(setback.retry_in, kEach * tries_) : usual;
    if (wait > left(now)) return std::nullopt;
    ++tries_;
    return wait;
  }
  /// Of the next try: no longer than may be waited, and `most`. Where nothing is tried again, one has its time.
  std::chrono::milliseconds deadline(TimePoint now, std::chrono::milliseconds most) const {
    constexpr std::chrono::milliseconds kLeast{1000};
    return most_.count() == 0 ? most : std::min(most, std::max(left(now), kLeast));
  }

  std::int64_t stood_s(TimePoint now) const {
    return std::chrono::duration_cast<std::chrono::seconds>(now - since_).count();
  }

 private:
  std::chrono::milliseconds left(TimePoint now) const {
    return most_ - std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
  }

  const std::chrono::milliseconds most_;
  TimePoint since_;
  int tries_ = 0;
};

}  // namespace im::imctl
