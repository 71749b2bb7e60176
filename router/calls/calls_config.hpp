#pragma once

#include "common/config/options.hpp"

namespace im::router {

struct CallsConfig {
  config::Millis ring{60000}, setup{30000}, heartbeat{10000}, caller_lost{15000};
  config::Millis resume{30000}, resume_media{120000}, empty{30000}, alone{300000}, longest{43200000}, kept{60000};
  int max_calls = 20000, video_parties = 4, audio_parties = 6;
};
/// Section "calls".
void describe(config::Options& options, CallsConfig& config);

}  // namespace im::router
