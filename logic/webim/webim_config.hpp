#pragma once

#include "common/config/options.hpp"

namespace im::logic::webim {

struct WebimConfig {
  bool enabled = false;
  config::Millis message_gap{2000};
};

void describe(config::Options& options, WebimConfig& config);

}  // namespace im::logic::webim
