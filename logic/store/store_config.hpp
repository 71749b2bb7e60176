#pragma once

#include <string>

#include "common/config/options.hpp"

namespace im::logic {

struct StoreConfig {
  std::string dsn;
  int lanes = 4;
  int readers = 4;
  int keep_p2p_days = 0, keep_group_days = 0, keep_room_days = 0;
  int room_above = 500;
};
/// Section "store".
void describe(config::Options& options, StoreConfig& config);

}  // namespace im::logic
