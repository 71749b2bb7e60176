#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"
#include "common/config/sections.hpp"

namespace im::logic {

/// Of each of the two HTTP ports.
struct HttpLimits {
  int max_connections = 10000;
  int max_per_ip = 0;
  config::Millis header_timeout{5000}, body_timeout{10000}, idle_timeout{60000}, write_timeout{30000};
};

struct HttpConfig {
  std::string push_bind = "127.0.0.1";
  int push_port = 3111;
  std::vector<std::string> allow_from{"127.0.0.0/8", "::1"};
  std::vector<std::string> origins;  ///< pages that may use the push API
  std::vector<std::string> hosts;    ///< its names beside addresses and localhost
  config::Bytes body_limit{64 * 1024};
  std::string public_bind = "127.0.0.1";
  int public_port = 3113;
  HttpLimits limits;
};
/// Section "http".
void describe(config::Options& options, HttpConfig& config);

struct GrpcConfig : config::GrpcSection {
  GrpcConfig() { port = 3119; }
  config::Millis max_connection_age{300000};
};
/// Section "grpc".
void describe(config::Options& options, GrpcConfig& config);

}  // namespace im::logic
