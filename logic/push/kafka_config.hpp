#pragma once

#include <string>

#include "common/config/options.hpp"

namespace im::logic {

struct KafkaConfig {
  std::string brokers = "127.0.0.1:9092";
  std::string bootstrap_file;
  std::string topic = "goim-push-topic";
  config::Millis delivery_timeout{5000};
};
/// Section "kafka".
void describe(config::Options& options, KafkaConfig& config);

}  // namespace im::logic
