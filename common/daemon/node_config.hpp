#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im {

/// Keys that every daemon has; added to its table in section "node", "log" and "ops".
struct NodeConfig {
  std::string name;  ///< "node.name"; default "<service>-1"
  std::string region = "local";
  std::string zone = "local";
  std::string env = "dev";
  std::string log_level = "info";
  std::string log_format = "auto";
  std::string ops_bind = "127.0.0.1";
  int ops_port = 0;  ///< default set per daemon
  std::vector<std::string> ops_origins, ops_hosts;
  config::Millis drain_deadline{10000};  ///< "node.drain_deadline"
};

NodeConfig default_node(const std::string& service, int ops_port);
void describe(config::Options& options, NodeConfig& node);

}  // namespace im
