#pragma once

#include <string>

#include "common/config/options.hpp"

namespace im::logic {

struct PushApiConfig {
  std::string keys_file;
  bool on_public_port = false;
  std::string grpc_bind = "127.0.0.1";
  int grpc_port = -1;
};
/// Section "push_api".
void describe(config::Options& options, PushApiConfig& config);

}  // namespace im::logic
