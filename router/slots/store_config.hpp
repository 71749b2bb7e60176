#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im::router {

/// Section "redis": the store that routers share.
struct StoreConfig {
  std::vector<std::string> addresses;  ///< empty: the memory store, and exactly one router
  std::string sentinel_master;
  std::string username;
  std::string password_file;
  int database = 0;
  std::string prefix = "im";
  config::Millis timeout{500};
};

void describe(config::Options& options, StoreConfig& config);

}  // namespace im::router
