#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im::logic {

/// The admin page (docs/admin.md).
struct AdminPageConfig {
  bool enabled = false;
  std::string bind = "127.0.0.1";
  int port = 3114;
  std::string users_file;  ///< who may, as `imctl admin` writes it
  std::vector<std::string> allow_from{"127.0.0.0/8", "::1"};
  std::vector<std::string> origins;  ///< pages of other places that may: that of a proxy
  std::vector<std::string> hosts;    ///< its names beside addresses and localhost
  config::Millis session{8 * 3600 * 1000};
  int tries = 5;  ///< wrong passwords for a login from one address, before it is locked
  config::Millis lockout{15 * 60 * 1000};
};
/// Section "admin".
void describe(config::Options& options, AdminPageConfig& config);

}  // namespace im::logic
