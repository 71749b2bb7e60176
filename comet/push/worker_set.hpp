#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "comet/ports.hpp"

namespace im::comet {

/// All workers of the comet as one receiver: each gets every batch once, and sees to its own part. Any thread; the
/// caller keeps the order.
class WorkerSet {
 public:
  /// They outlive it; the index of each is that in its ConnIds.
  explicit WorkerSet(std::vector<WorkerPort*> workers) : workers_(std::move(workers)) {}

  /// `taken` runs once, on any thread, when every worker has taken its part.
  void hand_over(std::vector<PushDelivery> deliveries, std::function<void()> taken) const;
  /// The same for commands; only workers that have to do with them are woken.
  void hand_over(std::vector<DirectCommand> commands, CommandBatch::Taken taken) const;

 private:
  std::vector<WorkerPort*> workers_;
};

}  // namespace im::comet
