#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im::logic {

struct RoutersConfig {
  std::vector<std::string> addresses{"127.0.0.1:3129"};
  config::Millis deadline{2000};
};
/// Section "router".
void describe(config::Options& options, RoutersConfig& config);

}  // namespace im::logic
