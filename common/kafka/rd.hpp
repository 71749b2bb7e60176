#pragma once

// Private to common/kafka: owners of librdkafka's objects.

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "common/base/freed.hpp"
#include "common/kafka/bootstrap.hpp"

namespace im::kafka::rd {

using Conf = std::unique_ptr<rd_kafka_conf_t, Freed<rd_kafka_conf_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Freed<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Freed<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Freed<rd_kafka_event_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Freed<rd_kafka_message_destroy>>;
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, Freed<rd_kafka_topic_partition_list_destroy>>;
Partitions offset_list(const std::string& topic, const std::map<std::int32_t, std::int64_t>& offsets);
/// Shared: a probe on another thread may still hold a client that its owner has replaced.
using Client = std::shared_ptr<rd_kafka_t>;

/// What both clients want: quick reconnects, the client library's own log lines at debug level.
/// Throws std::invalid_argument naming the property that librdkafka does not take.
Conf make_conf(const Bootstrap& bootstrap, std::initializer_list<std::pair<const char*, std::string>> properties);

/// Throws std::runtime_error. `destroy` false: the caller destroys it.
Client make_client(rd_kafka_type_t type, Conf conf, bool destroy = true);

/// "" when the brokers answer for the topic, else what is missing. Blocks for at most `timeout_ms`. `partitions` gets
/// the number of the topic's partitions, and stays when that is not known.
std::string probe(rd_kafka_t* client, const std::string& topic, int timeout_ms, std::size_t* partitions = nullptr);

/// max.message.bytes of the topic; nullopt: the brokers do not say. Blocks for at most about `timeout_ms`.
std::optional<std::size_t> topic_limit(rd_kafka_t* client, const std::string& topic, int timeout_ms);

}  // namespace im::kafka::rd
