#pragma once

#include <chrono>
#include <string>

#include "common/config/options.hpp"

namespace im::logic {

struct HooksConfig {
  std::string url;
  std::string secret_file;
  std::string ca_file;
  std::chrono::milliseconds deadline{5000};
  int connections = 8;
  int tries = 12;
  bool body = false;
  std::chrono::milliseconds disconnect_delay{10000};
  std::string moderation_url;
  std::chrono::milliseconds moderation_deadline{200};
  std::string moderation_default = "allow";

  bool any() const { return !url.empty() || !moderation_url.empty(); }
};
/// Section "hooks".
void describe(config::Options& options, HooksConfig& config);

}  // namespace im::logic
