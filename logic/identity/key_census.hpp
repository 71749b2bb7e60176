#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "logic/routers/shared_table.hpp"

namespace im::logic {

/// Which keys of tokens some logic has, so that one that went while every logic was down is missed as well
/// (docs/identity.md, docs/decisions/0107). Each logic writes the names of its keys into one row of the routers now and
/// then, with a stamp. A name that this logic does not have, and whose stamp it has found unchanged kQuietReads times
/// in a row, is gone.
class KeyCensus {
 public:
  static constexpr std::chrono::seconds kEvery{5};  ///< so often a logic writes, and up to a half later
  static constexpr int kQuietReads = 6;             ///< no logic that lives is silent for so many, half a minute
  static constexpr std::chrono::hours kKept{24};
  static constexpr std::size_t kMost = 100;  ///< names; those that were written last

  struct Uses {
    std::function<std::vector<std::string>()> names;  ///< of this logic's keys; none: its file was not read yet
    std::function<std::int64_t()> now_s;              ///< Unix time
    std::function<TimePoint()> now;
    std::function<void(const std::string& name)> gone;  ///< any thread
  };
  KeyCensus(SharedTable& table, Uses uses);
  ~KeyCensus() { stop(); }
  KeyCensus(const KeyCensus&) = delete;
  KeyCensus& operator=(const KeyCensus&) = delete;

  /// Control thread; often.
  void tick();
  /// No call of `uses` begins after it.
  void stop();
  /// Some other logic has written this name, and it did not go. Any thread.
  bool is_written(const std::string& name) const;

 private:
  struct State;

  std::shared_ptr<State> state_;  ///< answers may come after the end
  TimePoint next_{};
  std::minstd_rand chance_{std::random_device{}()};  ///< two logics do not write at the same moment again and again
};

}  // namespace im::logic
