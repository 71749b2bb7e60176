#pragma once

#include <cstdint>

/// im.calls.Event.kind and a record's numbers, as router/calls/ has them.
namespace im::logic::call_event {

enum Kind : std::uint32_t {
  kIncoming = 1,
  kRemoteRinging,
  kAccepted,
  kEnded,
  kElsewhere,
  kMirror,
  kSdp,
  kIce,
  kMedia,
  kState,
  kMembers,
  kScreen,
  kHost,
  kStillRinging,
};

inline constexpr std::uint32_t kStateEnded = 4;     ///< Record.state
inline constexpr std::uint32_t kReasonTimeout = 5;  ///< Record.reason

}  // namespace im::logic::call_event
