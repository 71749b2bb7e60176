#include "comet/push/push_ingress.hpp"

#include "common/base/fault.hpp"

namespace im::comet {

void PushIngress::apply(const AppliedMarks::Log& log, const std::vector<std::int32_t>& restarted,
                        std::vector<PlacedDelivery> placed, std::function<void()> taken) {
  if (fault::fire("comet.before_take")) return;
  stats_.batches.fetch_add(1, std::memory_order_relaxed);
  std::vector<PushDelivery> fresh;
  // Marks and hand-over under one lock: a stream of a job that lost the partition cannot slip in between.
  auto lock = marks_.lock();
  for (const std::int32_t partition : restarted) marks_.forget(log, partition);
  for (auto& [partition, offset, delivery] : placed) {
    if (marks_.advance(log, partition, offset)) {
      fresh.push_back(std::move(delivery));
    } else {
      stats_.skipped.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (fresh.empty()) {
    lock.unlock();
    return taken();
  }
  stats_.applied.fetch_add(fresh.size(), std::memory_order_relaxed);
  workers_.hand_over(std::move(fresh), std::move(taken));
  if (fault::fire("comet.after_take")) return;
}

void PushIngress::missed() {
  stats_.missed.fetch_add(1, std::memory_order_relaxed);
  if (on_missed_) on_missed_();
}

}  // namespace im::comet
