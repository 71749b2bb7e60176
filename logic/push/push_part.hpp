#pragma once

#include <memory>

#include "common/base/histogram.hpp"
#include "common/daemon/health.hpp"
#include "common/kafka/producer.hpp"
#include "logic/part.hpp"
#include "logic/push/kafka_config.hpp"
#include "logic/push/push_fates.hpp"
#include "logic/push/push_queue.hpp"
#include "logic/push/push_service.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// Pushes: locate, then Kafka.
class PushPart final : public Part {
 public:
  PushPart(const KafkaConfig& config, RoutersPart& routers, Health& health);
  PushService& push() { return push_; }
  PushQueue& queue() { return *queue_; }
  PushFates& fates() { return fates_; }

  void add_metrics(MetricsPage& page) const override;
  void start() override { producer_.start(); }
  void tick(TimePoint now) override;
  bool busy() const override { return producer_.stats().in_flight > 0; }

 private:
  Health& health_;
  Histogram acks_;
  kafka::Producer producer_;
  std::unique_ptr<PushQueue> queue_;
  PushService push_;
  PushFates fates_;
};

}  // namespace im::logic
