#include "common/kafka/rd.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

#include "common/base/log.hpp"

namespace im::kafka::rd {

namespace {

// librdkafka writes a line per failed connection; what people need to know is logged where the state changes.
void on_log(const rd_kafka_t*, int, const char* facility, const char* text) {
  log::debug("librdkafka", {{"facility", facility}, {"text", text}});
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  char reason[256];
  if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) {
    throw std::invalid_argument(std::string("Kafka client property ") + name + "=" + value + ": " + reason);
  }
}

}  // namespace

Conf make_conf(const Bootstrap& bootstrap, std::initializer_list<std::pair<const char*, std::string>> properties) {
  Conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  set(conf.get(), "bootstrap.servers", bootstrap.brokers);
  set(conf.get(), "socket.nagle.disable", "true");
  set(conf.get(), "reconnect.backoff.ms", "50");
  set(conf.get(), "reconnect.backoff.max.ms", "1000");
  set(conf.get(), "log.connection.close", "false");
  for (const auto& [name, value] : properties) set(conf.get(), name, value);
  return conf;
}

Client make_client(rd_kafka_type_t type, Conf conf, bool destroy) {
  char reason[256];
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (client == nullptr) throw std::runtime_error(std::string("Kafka client: ") + reason);
  static_cast<void>(conf.release());  // now owned by the client
  if (destroy) return {client, rd_kafka_destroy};
  return {client, [](rd_kafka_t*) {}};
}

Partitions offset_list(const std::string& topic, const std::map<std::int32_t, std::int64_t>& offsets) {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

std::string probe(rd_kafka_t* client, const std::string& topic, int timeout_ms, std::size_t* partitions) {
  const Topic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const struct rd_kafka_metadata* metadata = nullptr;
  const auto error = rd_kafka_metadata(client, 0, handle.get(), &metadata, timeout_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return std::string("no broker answers: ") + rd_kafka_err2str(error);
  std::string problem;
  if (metadata->topic_cnt < 1 || metadata->topics[0].err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
      metadata->topics[0].partition_cnt == 0) {
    problem = "topic \"" + topic + "\" does not exist: create it (docs/operations.md)";
  } else if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    problem = "topic \"" + topic + "\": " + rd_kafka_err2str(metadata->topics[0].err);
  } else if (partitions != nullptr) {
    *partitions = static_cast<std::size_t>(metadata->topics[0].partition_cnt);
  }
  rd_kafka_metadata_destroy(metadata);
  return problem;
}

namespace {

using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Freed<rd_kafka_AdminOptions_destroy>>;
using Resource = std::unique_ptr<rd_kafka_ConfigResource_t, Freed<rd_kafka_ConfigResource_destroy>>;

std::optional<std::size_t> limit_in(const rd_kafka_event_t* event) {
  const auto* result = rd_kafka_event_DescribeConfigs_result(const_cast<rd_kafka_event_t*>(event));
  std::size_t count = 0;
  const auto** resources = result != nullptr ? rd_kafka_DescribeConfigs_result_resources(result, &count) : nullptr;
  if (count == 0 || rd_kafka_ConfigResource_error(resources[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const auto** entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    if (value == nullptr || std::string_view(rd_kafka_ConfigEntry_name(entries[i])) != "max.message.bytes") continue;
    std::size_t limit = 0;
    const std::string_view text = value;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (read.ec == std::errc() && limit > 0) return limit;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> topic_limit(rd_kafka_t* client, const std::string& topic, int timeout_ms) {
  const Queue answers(rd_kafka_queue_new(client));
  const Options options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  char reason[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, reason, sizeof reason);
  const Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* asked[] = {resource.get()};
  rd_kafka_DescribeConfigs(client, asked, 1, options.get(), answers.get());
  const Event event(rd_kafka_queue_poll(answers.get(), timeout_ms + 1000));
  return event ? limit_in(event.get()) : std::nullopt;
}

}  // namespace im::kafka::rd
