#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/load/plan.hpp"

namespace im::imctl {

/// What a bench of pushes asks for.
struct PushBench {
  std::string verb;               ///< fanout, rooms, user, http, e2e
  std::vector<std::string> apis;  ///< push API, host:port
  std::vector<std::uint16_t> comets;
  std::size_t connections = 100;  ///< that get pushes
  std::size_t idle = 0;           ///< that get none
  std::size_t rooms = 10;         ///< of rooms
  double skew = 1;                ///< of rooms: exponent of the Zipf law
  double rate = 100;              ///< pushes per second
  double seconds = 10;
  std::uint32_t run = 0;  ///< names users, rooms and messages of this run
  std::uint32_t seed = 1;
};

/// All load connections of a run. More would be a bench of this process.
inline constexpr std::size_t kMostConnections = 15'000;

load::PlanConfig plan_config(const PushBench& bench);
/// Who is connected, who expects what, and which target each push goes to. Pure. Throws UsageError: too many
/// connections, more rooms than connections, no push at all.
load::Plan make_push_plan(const PushBench& bench);

}  // namespace im::imctl
