#include "logic/push/kafka_config.hpp"

namespace im::logic {

void describe(config::Options& options, KafkaConfig& config) {
  config::describe(options, static_cast<config::KafkaSection&>(config), "Where pushes are written.");
  options.add("delivery_timeout", config.delivery_timeout,
              "How long a push may wait for the acknowledgement of the brokers; then it is answered with an error.");
}

}  // namespace im::logic
