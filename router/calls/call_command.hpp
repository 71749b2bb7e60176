#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "router/calls/call_record.hpp"

namespace im::router {

/// The numbers are those of im.calls.Op.
enum class CallOp : std::uint8_t {
  kLook = 1,  ///< nothing but the record
  kInvite,
  kRinging,
  kAccept,
  kReject,
  kCancel,
  kHangup,
  kSdp,
  kIce,
  kMedia,
  kReport,
  kResume,
  kJoin,
  kLeave,
  kTakeOver,
  kScreen,
  kHost,
  kAlive,  ///< of a joined party; nothing else
  kBusy,   ///< the callee is in another call: logic's word, not a client's
  kGone,   ///< the device's user was an old page and has left: the same
  kAdd,
};
inline constexpr CallOp kLastCallOp = CallOp::kAdd;

/// What a device asks of a call. Rights that need accounts were checked before; everything else is decided here.
struct CallCommand {
  CallOp op = CallOp::kLook;
  CallDevice device;
  PartyId party;           ///< 0: the device has no part yet
  std::uint32_t cseq = 0;  ///< 0: not to be repeated
  PartyId to;
  Uid to_user;  ///< kBusy
  std::string client_id;
  CallKind kind = CallKind::kAudio;
  std::vector<Callee> callees;
  bool group = false;
  std::int64_t conv = 0;
  std::string reason, token, word, pc_state, path, pin;
  std::string room;
  std::string ufrag;  ///< kSdp: of the description; `word` is its type. kResume: of the newest that was negotiated
  std::vector<std::string> caps;
  std::string payload;  ///< members of a JSON object
  std::uint64_t last_eseq = 0;
  std::uint32_t neg = 0, candidates = 0;
  std::int64_t loss = 0;  ///< per mille
  std::string claims;     ///< kResume: the token as the client gave it
  bool on = false, ever_connected = false, inbound_ok = false;
};

/// Milliseconds; keys `calls.*` of the router.
struct CallTimes {
  CallMs ring = 60'000, setup = 30'000, heartbeat = 10'000;
  CallMs caller_lost = 15'000, resume = 30'000, resume_media = 120'000;
  CallMs empty = 30'000, alone = 300'000, longest = 43'200'000, kept = 60'000;
};
struct CallLimits {
  std::size_t video = 4, audio = 6;       ///< parties of a mesh
  CallMs every_ms = 33, burst_ms = 2000;  ///< of one party's requests: 30 a second
  std::uint32_t candidates = 100;         ///< of one party in one negotiation
};

/// What a transition may know beside the call and the command.
struct CallTurn {
  const CallTimes& times;
  const CallLimits& limits;
  const std::function<std::uint64_t()>& random;
  CallMs now = 0;
};

}  // namespace im::router
