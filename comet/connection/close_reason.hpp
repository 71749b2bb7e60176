#pragma once

#include <cstdint>

namespace im::comet {

/// Why a connection ended. Every close has one: wire code, log text, metric label. Whether the client may come back
/// stands in docs/protocol.md ("Close reasons").
enum class CloseReason : std::uint8_t {
  kPeerClosed,        ///< the client closed, orderly
  kPeerReset,         ///< read or write error on the socket
  kHandshakeTimeout,  ///< no upgrade or no auth within handshake_timeout of the accept
  kHeartbeatTimeout,  ///< no op 2 within heartbeat * heartbeat_max
  kBadProxyHeader,    ///< from a network of client.proxy_from, without a PROXY header or with a malformed one
  kBadTls,            ///< no TLS handshake: a plain client, one that does not trust us, one too old
  kBadUpgrade,        ///< HTTP upgrade refused
  kBadPacket,         ///< goim packet: wrong header length, body over the limit, stated length is not the received one
  kBadFrame,          ///< WebSocket protocol fault
  kUnexpectedOp,      ///< goim v1: something else before auth, or an op it does not know
  kAuthRefused,       ///< logic refused the token
  kLogicUnavailable,  ///< logic or router did not answer the auth in time
  kTokenExpired,      ///< the token that the session began with has ended
  kReplaced,          ///< the same key authenticated again, on this comet or another
  kKicked,            ///< by an operator or the cluster
  kRateLimited,       ///< over a limit of its address, its user or itself; which one: im_comet_limited_total
  kSlowConsumer,      ///< outbox over its bound with policy "close"
  kPollBacklog,       ///< too much waits for long-poll sessions, and this one has fetched least of it
  kMissed,            ///< pushes for this comet were dropped: it may have missed some
  kFenced,            ///< the cluster gave this comet's place to another instance
  kDraining,          ///< this comet stops: reconnect elsewhere
  kOverloaded,        ///< connection limit reached
  kCount
};

struct CloseInfo {
  const char* label;        ///< metric label and log text
  std::uint16_t wire_code;  ///< WebSocket close code; 0 = closed without a close frame
  const char* wire_reason;
};

const CloseInfo& info(CloseReason reason);

}  // namespace im::comet
