#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "tests/load/delivery_judge.hpp"
#include "tests/load/session_audit.hpp"
#include "tests/load/steady_clients.hpp"
#include "tests/load/steady_pusher.hpp"
#include "tools/load/plan.hpp"

namespace im::load {

struct LedgerSettings {
  PlanConfig plan;
  SteadyConfig clients;
  std::string admin;  ///< "http://host:port" of a logic; empty: sessions are not counted
  int settle_s = 12;
  int fence_wait_s = 60;  ///< how long the pushes behind the run are waited for
  int stale_wait_s = 30;
  int open_timeout_s = 60;
  double refusal_limit_s = 10;
  std::string file;  ///< JSON lines: every push, stay and lost pair
};

/// The pushes behind the run, which show that all of it was brought.
struct FenceReport {
  std::size_t unheard = 0;  ///< pairs (receiver, stream) that heard none
  std::int64_t took_ns = 0;
};

/// When the lost pushes were sent.
struct WhereLost {
  std::size_t streams = 0;
  std::int64_t first = 0, last = 0;  ///< nanoseconds of the steady clock
};

/// What a run came to. Times in the reports are nanoseconds.
struct LedgerOutcome {
  std::size_t clients = 0;
  std::size_t opened = 0;  ///< before the first push
  std::size_t at_end = 0;  ///< connected when nothing more came
  SteadyPusherReport pushes;
  SteadyReport steady;
  std::int64_t begun = 0;  ///< before the first push
  FenceReport fence;
  Verdict verdict;
  WhereLost where_lost;
  Refusals refused_everywhere;  ///< over all API addresses
  std::vector<Refusals> refused_by_api;
  std::uint64_t unlisted = 0;        ///< connected users the cluster does not list
  std::uint64_t extra_sessions = 0;  ///< beyond one per connected user
  std::uint64_t left_sessions = 0;   ///< still listed `stale_wait_s` after all clients went
  std::string audit_error;
  std::uint64_t stale() const { return extra_sessions + left_sessions; }
  bool clean() const { return opened == clients && verdict.clean() && pushes.acked > 0 && audit_error.empty(); }
};

/// Opens the clients, pushes until `stop` or for plan.seconds (0: until `stop`), waits until nothing came for the
/// settle time, counts sessions, judges. Prints one line when the clients are connected.
LedgerOutcome run_ledger(const LedgerSettings& settings, const std::atomic<bool>& stop);

/// Details, and the line with the counters as the last one.
void print_outcome(const LedgerOutcome& outcome, const LedgerSettings& settings);

}  // namespace im::load
