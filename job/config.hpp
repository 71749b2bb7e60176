#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"
#include "common/config/sections.hpp"
#include "common/pki/tls_section.hpp"

namespace im::job {

constexpr int kOpsPort = 3140;

struct Config {
  config::KafkaSection kafka;
  std::string kafka_group = "goim-push-group-job";
  /// Of this cluster alone.
  std::string group() const { return kafka.cluster.empty() ? kafka_group : kafka_group + "-" + kafka.cluster; }
  config::Millis kafka_session_timeout{6000};
  config::Millis commit_interval{200};

  std::vector<std::string> router_addresses{"127.0.0.1:3129"};
  config::Millis registry_grace{10000};
  pki::TlsSection grpc_tls;

  config::Bytes window{4U << 20};
  config::Bytes backlog{64U << 20};
  config::Bytes batch{256U << 10};
  config::Bytes memory_limit{256U << 20};
};

/// Adds job's keys and their checks; `config` must outlive `options`.
void describe(config::Options& options, Config& config);

}  // namespace im::job
