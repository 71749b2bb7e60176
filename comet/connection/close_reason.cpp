#include "comet/connection/close_reason.hpp"

#include <array>

namespace im::comet {

const CloseInfo& info(CloseReason reason) {
  static constexpr std::array<CloseInfo, static_cast<std::size_t>(CloseReason::kCount)> kTable{{
      {"peer_closed", 0, ""},
      {"peer_reset", 0, ""},
      {"handshake_timeout", 4001, "handshake timeout"},
      {"heartbeat_timeout", 4005, "heartbeat timeout"},
      {"bad_proxy_header", 0, ""},
      {"bad_tls", 0, ""},
      {"bad_upgrade", 0, ""},
      {"bad_packet", 1002, "bad packet"},
      {"bad_frame", 1002, "bad frame"},
      {"unexpected_op", 1002, "unexpected op"},
      // goim closes a refused client without any frame; old clients must not meet one.
      {"auth_refused", 0, ""},
      {"logic_unavailable", 0, ""},
      {"token_expired", 4001, "token expired"},
      {"replaced", 4002, "replaced by a newer connection"},
      {"kicked", 4002, "kicked"},
      {"rate_limited", 4008, "rate limited"},
      {"slow_consumer", 4003, "slow consumer"},
      {"poll_backlog", 4003, "slow consumer"},
      {"missed_pushes", 4003, "missed pushes"},
      {"fenced", 4004, "reconnect"},
      {"draining", 4004, "draining"},
      {"overloaded", 1013, "try again later"},
  }};
  return kTable[static_cast<std::size_t>(reason)];
}

}  // namespace im::comet
