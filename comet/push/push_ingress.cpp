#include "comet/push/push_ingress.hpp"

#include "common/base/fault.hpp"

namespace im::comet {

/// A record that comes again, or a push that somebody handed over again in another record.
bool PushIngress::is_new(const AppliedMarks::Log& log, const PlacedDelivery& placed, TimePoint now) {
  if (!marks_.advance(log, placed.partition, placed.offset)) {
    stats_.skipped.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  const PushDelivery& delivery = placed.delivery;
  if (delivery.scope != PushScope::kRoom || delivery.once.empty()) return true;
  if (once_.first(delivery.room, delivery.once, now)) return true;
  stats_.repeated.fetch_add(1, std::memory_order_relaxed);
  return false;
}

void PushIngress::apply(const AppliedMarks::Log& log, const std::vector<std::int32_t>& restarted,
                        std::vector<PlacedDelivery> placed, std::function<void()> taken) {
  if (fault::fire("comet.before_take")) return;
  stats_.batches.fetch_add(1, std::memory_order_relaxed);
  std::vector<PushDelivery> fresh;
  // Marks and hand-over under one lock: a stream of a job that lost the partition cannot slip in between.
  auto lock = marks_.lock();
  for (const std::int32_t partition : restarted) marks_.forget(log, partition);
  const TimePoint now = monotonic_now();
  for (PlacedDelivery& one : placed) {
    if (!is_new(log, one, now) || fault::fire("comet.skip_delivery")) continue;
    PushDelivery& delivery = fresh.emplace_back(std::move(one.delivery));
    if (!delivery.report.empty() && on_fate_)
      delivery.message.fate = std::make_shared<PushFate>(std::move(delivery.report), on_fate_);
    if (fault::fire("comet.twice")) fresh.push_back(PushDelivery(fresh.back()));
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
