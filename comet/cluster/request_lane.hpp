#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/domain_thread.hpp"

namespace im::comet {

struct RequestStats {
  std::atomic<std::uint64_t> asked{0}, failed{0};
};

/// Requests of clients on their way to logic: a thread of their own, because a worker may not make the call itself (its
/// table of descriptors may be private) and the control thread is busy for seconds when a hundred thousand clients log
/// in. Bounded by the connections: each has one request under way. Answers go from gRPC's threads to the workers.
class RequestLane {
 public:
  RequestLane(LogicGateway& logic, const std::vector<ShardPort*>& workers) : logic_(logic), workers_(workers) {}

  void start() { thread_.start(); }
  void stop() { thread_.stop(); }
  /// Any thread; never blocks.
  void ask(ReceiveAsk ask);
  const RequestStats& stats() const { return stats_; }

 private:
  void on_answer(ConnId conn, Result<ReceiveAnswer> result);

  LogicGateway& logic_;
  const std::vector<ShardPort*>& workers_;
  RequestStats stats_;
  DomainThread thread_;
};

}  // namespace im::comet
