#include "logic/push/push_part.hpp"

#include <chrono>
#include <string>

#include "common/daemon/metrics.hpp"
#include "logic/push/kafka_push_queue.hpp"

namespace im::logic {

namespace {

/// Without a router no comet can join that clients could log in at, but one may have joined a moment before.
constexpr std::chrono::seconds kNodesGoodFor{10};

kafka::ProducerConfig producer_config(const KafkaConfig& config) {
  kafka::ProducerConfig producer;
  producer.brokers = config.named_brokers();
  producer.bootstrap_file = config.bootstrap_file;
  producer.topic = config.topic;
  producer.delivery_timeout_ms = static_cast<int>(config.delivery_timeout.count());
  return producer;
}

}  // namespace

PushPart::PushPart(const KafkaConfig& config, RoutersPart& routers, Health& health)
    : health_(health),
      producer_(producer_config(config)),
      queue_(make_kafka_push_queue(producer_, acks_, config.cluster)),
      push_(routers.sessions(), *queue_, [&nodes = routers.nodes()] { return nodes.comets_within(kNodesGoodFor); }),
      fates_(routers.shared()) {
  health_.set("kafka", false, "not asked yet");
}

void PushPart::add_metrics(MetricsPage& page) const {
  const auto counter = [&](const char* name, const char* help, std::uint64_t value, const Labels& labels = {}) {
    page.counter(name, help, static_cast<double>(value), labels);
  };
  const PushStats& push = push_.stats();
  counter("im_logic_pushes_total", "Push calls accepted.", push.accepted);
  counter("im_logic_records_total", "Push records, by outcome.", push.acked, {{"outcome", "acked"}});
  counter("im_logic_records_total", "Push records, by outcome.", push.failed, {{"outcome", "failed"}});
  counter("im_logic_records_total", "Push records, by outcome.", push.offline, {{"outcome", "offline"}});
  page.histogram("im_logic_kafka_ack_seconds", "From a push record to Kafka's acknowledgement.", acks_);
  counter("im_logic_records_gathered_total",
          "Push records that waited for Kafka's answer to those before them, and went together.",
          producer_.stats().gathered);
  counter("im_logic_unlocated_total", "Pushes sent to every comet because the router could not say where.",
          push.unlocated);
}

void PushPart::tick(TimePoint) {
  std::string detail;
  const bool up = producer_.up(&detail);
  health_.set("kafka", up, detail);
}

}  // namespace im::logic
