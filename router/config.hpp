#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"
#include "router/calls/calls_config.hpp"

namespace im::router {

constexpr int kOpsPort = 3130;

/// Keys of the router daemon; chapter "router" of docs/configuration.md.
struct Config {
  std::string grpc_bind = "127.0.0.1";
  int grpc_port = 3129;
  std::string advertise_grpc;
  config::Millis lease{10000};
  config::Millis router_lease{5000};
  config::Bytes kv_max_bytes{64U << 20};
  CallsConfig calls;
  std::vector<std::string> redis_addresses;  ///< empty: the memory store, and exactly one router
  std::string redis_sentinel_master;
  std::string redis_username;
  std::string redis_password_file;
  int redis_database = 0;
  std::string redis_prefix = "im";
  config::Millis redis_timeout{500};
};

void describe(config::Options& options, Config& config);

}  // namespace im::router
