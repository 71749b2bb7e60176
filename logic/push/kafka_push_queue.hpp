#pragma once

#include <memory>

#include "common/base/histogram.hpp"
#include "common/kafka/producer.hpp"
#include "logic/push/push_queue.hpp"

namespace im::logic {

/// PushQueue over a Kafka topic; the record is im.push.Record. `acks`: from the push to Kafka's acknowledgement.
std::unique_ptr<PushQueue> make_kafka_push_queue(kafka::Producer& producer, Histogram& acks, std::string cluster);

}  // namespace im::logic
