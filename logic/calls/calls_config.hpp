#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im::logic {

struct CallsConfig {
  std::vector<std::string> stun_urls, turn_urls;
  std::string turn_secrets_file;
  config::Millis turn_ttl{3600000};
  int pair_invites = 5;
};
/// Section "calls".
void describe(config::Options& options, CallsConfig& config);

}  // namespace im::logic
