#include "comet/push/worker_set.hpp"

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

void WorkerSet::hand_over(std::vector<PushDelivery> deliveries, std::function<void()> taken) const {
  const auto batch = std::make_shared<const DeliveryBatch>(
      DeliveryBatch{std::move(deliveries), std::make_shared<BatchToken>(std::move(taken))});
  for (WorkerPort* worker : workers_) worker->hand_over(batch);
}

}  // namespace im::comet
