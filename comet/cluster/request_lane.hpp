#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "comet/cluster/flight_window.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

struct RequestStats {
  std::atomic<std::uint64_t> asked{0}, failed{0}, late{0};
  std::atomic<std::size_t> waiting{0};
};

/// Requests of clients on their way to logic: a thread of their own (`lane`), because a worker may not make the call
/// itself (its table of descriptors may be private) and the control thread is busy for seconds when a hundred thousand
/// clients log in. As many at a time as logic answers in time (FlightWindow), since whatever stands in logic's queues
/// stands before the renewal of a lease, too. The others wait in the order of their asking, no longer than `patience`:
/// then their clients hear "later". Answers go from gRPC's threads to the workers (docs/decisions/0112).
class RequestLane {
 public:
  struct Rules {
    /// Of what answers late much is meant to (a hook of the operator's, a store that stands still): quick requests find
    /// room beside it, so the window stays larger than that of logins.
    FlightWindow::Rules window{.least = 128, .first = 256, .most = 1024, .slow = std::chrono::seconds(2)};
    Duration patience = std::chrono::seconds(3);
    std::size_t most_bytes = 64U << 20;  ///< of those that wait
  };

  RequestLane(Rules rules, Scheduler& lane, LogicGateway& logic, const std::vector<ShardPort*>& workers)
      : rules_(rules), lane_(lane), logic_(logic), workers_(workers), window_(rules.window) {}

  /// Any thread; never blocks.
  void ask(ReceiveAsk ask);
  const RequestStats& stats() const { return stats_; }

 private:
  struct Waiting {
    ReceiveAsk ask;
    TimePoint since;
  };
  /// The lane's thread.
  void add(ReceiveAsk ask);
  void next();
  /// As long as somebody waits: looks again when the first one has waited long enough.
  void watch();
  /// Of those that wait the first one that may go, or has waited too long.
  bool take(Waiting& first);
  void go(ReceiveAsk ask);
  /// Any thread.
  void on_answer(ConnId conn, TimePoint begun, Result<ReceiveAnswer> result);
  void ended(TimePoint begun, bool lost);
  void tell(ConnId conn, ReceiveAnswer answer);
  void refuse(ConnId conn);

  const Rules rules_;
  Scheduler& lane_;
  LogicGateway& logic_;
  const std::vector<ShardPort*>& workers_;
  RequestStats stats_;

  std::mutex mutex_;  ///< a leaf
  FlightWindow window_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t in_flight_ = 0;
  bool is_watched_ = false;
};

}  // namespace im::comet
