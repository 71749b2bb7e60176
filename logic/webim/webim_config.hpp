#pragma once

#include "common/config/options.hpp"

namespace im::logic::webim {

struct WebimConfig {
  bool enabled = false;
  config::Millis message_gap{2000};
  config::Bytes picture_size{8ULL << 20};
  config::Bytes picture_day{100ULL << 20};
  std::int64_t uploads = 256;
  std::int64_t uploads_per_ip = 64;
  config::Millis picture_keep{90LL * 24 * 3600 * 1000};
  config::Millis stay_grace{60'000};
  config::Millis guest_keep{7LL * 24 * 3600 * 1000};
};

void describe(config::Options& options, WebimConfig& config);

}  // namespace im::logic::webim
