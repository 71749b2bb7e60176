#pragma once

#include "common/config/sections.hpp"

namespace im::logic {

struct KafkaConfig : config::KafkaSection {
  config::Millis delivery_timeout{5000};
};
/// Section "kafka".
void describe(config::Options& options, KafkaConfig& config);

}  // namespace im::logic
