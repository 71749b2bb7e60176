#include "comet/connection/close_reason.hpp"

#include <array>

namespace im::comet {

const CloseInfo& info(CloseReason reason) {
  static constexpr std::array<CloseInfo, static_cast<std::size_t>(CloseReason::kCount)> kTable{{
      {"peer_closed", 0, "", true},
      {"peer_reset", 0, "", true},
      {"handshake_timeout", 4001, "handshake timeout", true},
      {"heartbeat_timeout", 4005, "heartbeat timeout", true},
      {"bad_proxy_header", 0, "", false},
      {"bad_upgrade", 0, "", false},
      {"bad_packet", 1002, "bad packet", false},
      {"bad_frame", 1002, "bad frame", false},
      {"unexpected_op", 1002, "unexpected op", false},
      // goim closes a refused client without any frame; old clients must not meet one.
      {"auth_refused", 0, "", false},
      {"logic_unavailable", 0, "", true},
      {"token_expired", 4001, "token expired", true},
      {"replaced", 4002, "replaced by a newer connection", false},
      {"kicked", 4002, "kicked", false},
      {"rate_limited", 4008, "rate limited", true},
      {"slow_consumer", 4003, "slow consumer", true},
      {"missed_pushes", 4003, "missed pushes", true},
      {"fenced", 4004, "reconnect", true},
      {"draining", 4004, "draining", true},
      {"overloaded", 1013, "try again later", true},
  }};
  return kTable[static_cast<std::size_t>(reason)];
}

}  // namespace im::comet
