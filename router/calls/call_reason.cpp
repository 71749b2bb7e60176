#include "router/calls/call_reason.hpp"

#include <algorithm>
#include <array>

namespace im::router {

namespace {

struct Name {
  EndReason reason;
  std::string_view text;
  bool of_client;
};
constexpr std::array kNames = {
    Name{EndReason::kHangup, "hangup", true},
    Name{EndReason::kCancelled, "cancelled", true},
    Name{EndReason::kRejected, "rejected", false},
    Name{EndReason::kBusy, "busy", false},
    Name{EndReason::kTimeout, "timeout", false},
    Name{EndReason::kIceFailed, "ice_failed", true},
    Name{EndReason::kIceTimeout, "ice_timeout", true},
    Name{EndReason::kMediaDenied, "media_denied", true},
    Name{EndReason::kPeerLost, "peer_lost", false},
    Name{EndReason::kInterrupted, "interrupted", true},
    Name{EndReason::kReplaced, "replaced", false},
    Name{EndReason::kKicked, "kicked", false},
    Name{EndReason::kEndedByHost, "ended_by_host", false},
    Name{EndReason::kMaxDuration, "max_duration", false},
    Name{EndReason::kError, "error", true},
    Name{EndReason::kNoMedia, "no_media", false},
};

}  // namespace

std::string_view name_of(EndReason reason) {
  const auto found = std::ranges::find(kNames, reason, &Name::reason);
  return found == kNames.end() ? std::string_view() : found->text;
}

std::optional<EndReason> reason_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &Name::text);
  if (found == kNames.end()) return std::nullopt;
  return found->reason;
}

std::optional<EndReason> reason_of_client(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &Name::text);
  if (found == kNames.end() || !found->of_client) return std::nullopt;
  return found->reason;
}

}  // namespace im::router
