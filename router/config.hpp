#pragma once

#include "common/config/options.hpp"
#include "common/config/sections.hpp"
#include "common/pki/tls_section.hpp"
#include "router/calls/calls_config.hpp"
#include "router/slots/store_config.hpp"

namespace im::router {

constexpr int kOpsPort = 3130;

/// Keys of the router daemon; chapter "router" of docs/configuration.md.
struct Config {
  config::GrpcSection grpc{.port = 3129};
  pki::TlsSection grpc_tls;
  config::Millis lease{10000};
  config::Millis router_lease{5000};
  bool first_start = false;
  config::Bytes kv_max_bytes{64U << 20};
  CallsConfig calls;
  StoreConfig redis;
};

void describe(config::Options& options, Config& config);

}  // namespace im::router
