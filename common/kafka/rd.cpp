#include "common/kafka/rd.hpp"

#include <stdexcept>

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

}  // namespace im::kafka::rd
