#pragma once

#include <memory>

#include "common/kafka/producer.hpp"
#include "logic/push/push_queue.hpp"

namespace im::logic {

/// PushQueue over a Kafka topic; the record is im.push.Record.
std::unique_ptr<PushQueue> make_kafka_push_queue(kafka::Producer& producer);

}  // namespace im::logic
