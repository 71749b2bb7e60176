#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"
#include "logic/routers/node_policy.hpp"

namespace im::logic {

constexpr int kOpsPort = 3112;

/// Of each of the two HTTP ports.
struct HttpLimits {
  int max_connections = 10000;
  int max_per_ip = 0;
  config::Millis header_timeout{5000}, body_timeout{10000}, idle_timeout{60000}, write_timeout{30000};
};

/// Keys of the logic daemon; chapter "logic" of docs/configuration.md.
struct Config {
  std::string push_bind = "127.0.0.1";
  int push_port = 3111;
  std::vector<std::string> allow_from{"127.0.0.0/8", "::1"};
  config::Bytes body_limit{64 * 1024};
  HttpLimits http;
  std::string public_bind = "127.0.0.1";
  int public_port = 3113;
  std::string grpc_bind = "127.0.0.1";
  int grpc_port = 3119;
  std::string advertise_grpc;
  config::Millis grpc_max_connection_age{300000};
  std::vector<std::string> router_addresses{"127.0.0.1:3129"};
  config::Millis router_deadline{2000};
  std::string kafka_brokers = "127.0.0.1:9092";
  std::string kafka_bootstrap_file;
  std::string kafka_topic = "goim-push-topic";
  config::Millis kafka_delivery_timeout{5000};
  std::string push_keys_file;
  bool push_api_public = false;
  int push_api_grpc_port = -1;
  std::string push_api_grpc_bind = "127.0.0.1";
  std::string identity = "open";
  std::string jwt_keys_file, jwt_issuer, jwt_audience;
  config::Millis jwt_leeway{5000};
  std::string webhook_url, webhook_secret_file;
  config::Millis webhook_deadline{1500};
  int webhook_connections = 32;
  int webhook_waiting = 1000;
  config::Bytes webhook_answer_limit{16 * 1024};
  config::Millis webhook_cache{10000};
  config::Millis webhook_negative_cache{2000};
  int webhook_cache_entries = 100000;
  std::string webhook_failure = "refuse";
  config::Millis webhook_stale{600000};
  config::Millis heartbeat{240000};
  int heartbeat_max = 2;
  int max_sessions = 0;
  config::Millis v1_deadline{300000};
  int v1_max_sessions = 64;
  NodePolicy nodes;
};

void describe(config::Options& options, Config& config);

}  // namespace im::logic
