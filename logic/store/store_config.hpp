#pragma once

#include <string>

#include "common/config/options.hpp"

namespace im::logic {

struct StoreConfig {
  std::string dsn;
  int lanes = 4;
  int readers = 4;
};
/// Section "store".
void describe(config::Options& options, StoreConfig& config);

}  // namespace im::logic
