#include "logic/push/kafka_config.hpp"

namespace im::logic {

void describe(config::Options& options, KafkaConfig& config) {
  options.section("kafka", "Where pushes are written.");
  options.add("brokers", config.brokers, "Brokers, \"host:port,host:port\". Not read when bootstrap_file is set.");
  options.add("bootstrap_file", config.bootstrap_file,
              "File with the addresses of im-devkafka, which takes free ports; followed when it changes.");
  options.add("topic", config.topic, "Topic of the pushes.");
  options.add("delivery_timeout", config.delivery_timeout,
              "How long a push may wait for the acknowledgement of the brokers; then it is answered with an error.");
  options.check([&config]() -> std::string {
    return config.brokers.empty() && config.bootstrap_file.empty() ? "kafka.brokers: set it, or kafka.bootstrap_file"
                                                                   : "";
  });
}

}  // namespace im::logic
