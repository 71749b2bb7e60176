#pragma once

#include <string>

#include "common/config/options.hpp"

namespace im::logic {

struct JwtConfig {
  std::string keys_file, issuer, audience;
  config::Millis leeway{5000};
};

struct WebhookConfig {
  std::string url, secret_file, proxy, ca_file;
  config::Millis deadline{1500};
  int connections = 32;
  int waiting = 1000;
  config::Bytes answer_limit{16 * 1024};
  config::Millis cache{10000}, negative_cache{2000};
  int cache_entries = 100000;
  std::string failure = "refuse";
  config::Millis stale{600000};
};

struct IdentityConfig {
  std::string kind = "open";
  std::string accounts_keys_file;
  JwtConfig jwt;
  WebhookConfig webhook;
};
/// Section "identity".
void describe(config::Options& options, IdentityConfig& config);

/// What clients are told, and how many sessions one user may have.
struct ClientConfig {
  config::Millis heartbeat{240000};
  int heartbeat_max = 2;
  int max_sessions = 0;
  config::Millis v1_deadline{300000};
  int v1_max_sessions = 64;
};
/// Sections "client" and "v1".
void describe(config::Options& options, ClientConfig& config);

}  // namespace im::logic
