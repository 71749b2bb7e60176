#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "comet/ports.hpp"
#include "common/base/scheduler.hpp"

namespace im::comet {

/// All workers of the comet as one receiver: each gets every batch once, and sees to its own part. Any thread; the
/// caller keeps the order.
///
/// `taken` of both calls is gRPC's in the end, which writes to sockets where it is called. A worker with a table of
/// descriptors of its own does not have them: then `speaker` says it in the worker's place.
class WorkerSet {
 public:
  /// They outlive it; the index of each is that in its ConnIds.
  explicit WorkerSet(std::vector<WorkerPort*> workers, Scheduler* speaker = nullptr)
      : workers_(std::move(workers)), speaker_(speaker) {}

  /// `taken` runs once, on the speaker or any thread, when every worker has taken its part.
  void hand_over(std::vector<PushDelivery> deliveries, std::function<void()> taken) const;
  /// The same for commands; only workers that have to do with them are woken.
  void hand_over(std::vector<DirectCommand> commands, CommandBatch::Taken taken) const;

 private:
  std::vector<WorkerPort*> workers_;
  Scheduler* speaker_;  ///< null: whoever is the last says it himself
};

}  // namespace im::comet
