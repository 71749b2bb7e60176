#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "common/base/clock.hpp"

namespace im::comet {

/// Which named pushes have been brought to rooms, for some time and in bounded memory: a name is remembered for at
/// least `keep`, or until `most` newer ones have come, and at most for twice of that. Pure; one caller at a time.
class OnceNames {
 public:
  struct Options {
    std::size_t most = 32768;
    Duration keep = std::chrono::minutes(10);
  };
  OnceNames() = default;
  explicit OnceNames(Options options) : options_(options) {}

  /// True the first time; from then on the name is remembered.
  bool first(std::string_view room, std::string_view name, TimePoint now);

 private:
  Options options_;
  TimePoint begun_{};
  std::unordered_set<std::string> young_, old_;
};

}  // namespace im::comet
