#pragma once

#include "common/config/options.hpp"

namespace im::logic {

struct AccountsConfig {
  bool registration = true;
  bool guests = false;
  config::Millis access_lifetime{3600000};
  config::Millis refresh_lifetime{2592000000};
  config::Millis refresh_grace{10000};
  int max_devices = 32;
  config::Bytes password_memory{19 * 1024 * 1024};
  int password_passes = 2;
  int password_lanes = 1;
  int password_threads = 2;
  int password_waiting = 64;
};
/// Section "accounts".
void describe(config::Options& options, AccountsConfig& config);

}  // namespace im::logic
