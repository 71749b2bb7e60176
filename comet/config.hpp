#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/config/options.hpp"
#include "common/config/sections.hpp"
#include "common/pki/tls_section.hpp"

namespace im::comet {

constexpr int kOpsPort = 3110;

/// Keys of the comet daemon; docs and defaults in config.cpp, chapter "comet" of docs/configuration.md.
struct Config {
  struct Listen {
    std::string bind = "127.0.0.1";
    int port = 0;
  };
  struct RateLimit {
    double rate = 0;  ///< per second; 0 = no limit
    std::int64_t burst = 0;
  };
  Listen tcp{"127.0.0.1", 3101};
  Listen ws{"127.0.0.1", 3102};
  Listen v1_tcp{"127.0.0.1", -1};
  Listen v1_ws{"127.0.0.1", -1};
  Listen v1_0_ws{"127.0.0.1", -1};
  Listen webim{"127.0.0.1", -1};
  std::string webim_page_origin = "*";
  config::Millis webim_poll_wait{50000};
  config::Millis webim_poll_deadline{90000};
  config::Bytes webim_poll_backlog{64ULL << 20};
  std::int64_t webim_poll_unasked = 0;
  Listen ws_echo{"127.0.0.1", 0};
  std::string tls_certificate, tls_key;
  Listen tcps{"127.0.0.1", -1};
  Listen wss{"127.0.0.1", -1};
  Listen webim_tls{"127.0.0.1", -1};
  bool has_tls() const { return tcps.port >= 0 || wss.port >= 0 || webim_tls.port >= 0; }
  config::GrpcSection grpc{.port = 3109};
  pki::TlsSection grpc_tls;
  std::vector<std::string> advertise_addresses{"127.0.0.1"};
  std::int64_t weight = 10;
  bool offline = false;

  std::vector<std::string> logic_addresses{"127.0.0.1:3119"};
  config::Millis logic_deadline{3000};

  int workers = 0;
  std::string own_tables = "auto";
  std::vector<std::string> proxy_from;
  std::int64_t max_connections = 0;
  int max_per_ip = 0;
  RateLimit connects, auths, auth_failures{20, 0};
  int max_per_user = 0;
  RateLimit messages{200, 0}, user_messages;
  std::int64_t limit_entries = 65536;
  config::Millis handshake_timeout{8000};
  config::Millis v1_handshake_timeout{5000};
  config::Millis linger_timeout{2000};
  config::Bytes outbox_limit{1U << 20};
  std::string outbox_policy = "close";

  config::Millis tcp_keepalive{60000};
  config::Millis tcp_user_timeout{30000};
  config::Bytes tcp_sndbuf{0};
  config::Bytes tcp_rcvbuf{0};
  int tcp_backlog = 4096;
  std::vector<std::string> ws_origins;
  bool ws_deflate = false;

  config::Millis room_min_interval{20};
  config::Millis room_max_interval{1000};
  double room_share = 0.5;
  config::Bytes room_queue{4U << 20};
  config::Bytes room_batch{1U << 20};
  config::Millis room_overflow_after{2000};
  int room_turn = 256;
  config::Millis room_linger{10000};
};

void describe(config::Options& options, Config& config);

}  // namespace im::comet
