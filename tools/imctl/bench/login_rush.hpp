#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "tools/imctl/bench/idle_clients.hpp"

namespace im::imctl {

/// What came of one rush.
struct RushResult {
  std::size_t done = 0;    ///< logged in; each stays open until the rush is over
  std::size_t failed = 0;  ///< refused, closed, or without an answer within the patience
  double seconds = 0;      ///< from the first connect to the last answer
  std::vector<double> ms;  ///< of each that is done, from its connect to its answer
  double per_second() const { return seconds > 0 ? static_cast<double>(done) / seconds : 0; }
};

/// Opens the plan's connections and logs each in, `at_once` of them under way, the next as soon as one is through: a
/// closed loop, as fast as the server goes. All are closed at the end. One thread. `patience`: without any progress for
/// so long, what is under way has failed. Throws Failure, UsageError.
RushResult rush(const IdlePlan& plan, std::size_t at_once, std::chrono::milliseconds patience);

}  // namespace im::imctl
