#pragma once

#include <functional>
#include <stdexcept>
#include <vector>

#include "tools/load/plan.hpp"

namespace im::load {

struct PushRunSettings {
  PlanConfig plan;
  std::string host = "127.0.0.1";  ///< of the comets, IPv4
  std::size_t body_size = 0;       ///< bytes of a message, at least what its mark needs
  int threads = 1;                 ///< that receive
  int open_timeout_s = 120;
  int answer_timeout_s = 30;
  int quiet_s = 15;                       ///< without a delivery, after which the rest counts as lost
  std::function<void()> before_pushes{};  ///< all connections are open
};

/// What a run of pushes came to.
struct PushRun {
  std::size_t connections = 0;
  double opened_in_s = 0;
  Judgement judgement;
  SenderReport pushes;
  Latency delivery;                ///< of each copy, from the moment its push was due
  std::vector<Latency> by_second;  ///< the same by the second of the run in which the push was due
  std::uint64_t closed = 0;        ///< connections that the server closed
  std::uint64_t reads = 0;         ///< reads that brought bytes after the logins: at most so many packets came
  bool clean() const { return judgement.clean() && pushes.acked == pushes.sent && closed == 0; }
};

/// Not all connections could be opened.
struct NotOpen : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Opens the connections of `plan`, pushes by the clock (a push is due at its moment, whatever became of those before)
/// and waits for what was acknowledged. Blocks. Throws NotOpen, and std::runtime_error where nobody can be reached.
PushRun run_pushes(const PushRunSettings& settings, const Plan& plan);

}  // namespace im::load
