#include "comet/push/push_ingress.hpp"

#include "common/base/fault.hpp"

namespace im::comet {

namespace {

class BatchToken final : public TakenToken {
 public:
  explicit BatchToken(std::function<void()> taken) : taken_(std::move(taken)) {}
  ~BatchToken() override { taken_(); }

 private:
  std::function<void()> taken_;
};

}  // namespace

void PushIngress::apply(const AppliedMarks::Log& log, const std::vector<std::int32_t>& restarted,
                        std::vector<PlacedDelivery> placed, std::function<void()> taken) {
  if (fault::fire("comet.before_take")) return;
  auto batch = std::make_shared<DeliveryBatch>();
  batch->token = std::make_shared<BatchToken>(std::move(taken));
  stats_.batches.fetch_add(1, std::memory_order_relaxed);
  // Marks and hand-over under one lock: a stream of a job that lost the partition cannot slip in between.
  const auto lock = marks_.lock();
  for (const std::int32_t partition : restarted) marks_.forget(log, partition);
  for (auto& [partition, offset, delivery] : placed) {
    if (marks_.advance(log, partition, offset)) {
      batch->deliveries.push_back(std::move(delivery));
    } else {
      stats_.skipped.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (batch->deliveries.empty()) return;
  stats_.applied.fetch_add(batch->deliveries.size(), std::memory_order_relaxed);
  for (Worker* worker : workers_) {
    worker->post([shared = DeliveryBatchRef(batch)](Worker& w) { w.deliver(shared); });
  }
  if (fault::fire("comet.after_take")) return;
}

void PushIngress::missed() {
  stats_.missed.fetch_add(1, std::memory_order_relaxed);
  if (on_missed_) on_missed_();
}

}  // namespace im::comet
