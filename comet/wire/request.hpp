#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::comet {

/// What an authenticated client can ask for: the packet language into which every dialect translates its own
/// (docs/protocol.md). What each does stands in comet/client.
enum class Request : std::uint8_t {
  kHeartbeat,    ///< the session goes on; answered with the number of people in the main room
  kOnline,       ///< the same answer; the session does not go on by it
  kBeat,         ///< the session goes on; answered without a body
  kEcho,         ///< answered with its own body
  kSay,          ///< answered with the text of its row
  kBatch,        ///< op 9: answered empty on WebSocket, ignored on TCP
  kChangeRoom,   ///< another main room
  kSubscribe,    ///< more ops
  kUnsubscribe,  ///< fewer ops
  kForward,      ///< logic answers
  kClose,        ///< nothing that this dialect knows: the connection ends
  kCount
};

/// Why logic did not do what it was asked (docs/requests.md).
struct RequestFailure {
  std::int32_t code = 0;      ///< 4400 to 4599
  std::string error;          ///< UTF-8, for people
  std::int64_t retry_ms = 0;  ///< 0 = trying again does not help by itself
};
/// The call itself failed: logic is down, slow, or broken. Says nothing of the cluster's inside.
RequestFailure failure_of(const Error& error);
/// {"ok":false,"code":4503,"error":"...","retry_ms":1000}; retry_ms only when there is one.
std::string coded_failure(const RequestFailure& failure);

/// One op of a dialect.
struct RequestRow {
  std::int32_t op = 0;
  Request request = Request::kClose;
  std::int32_t reply_op = 0;  ///< 0 = the request's
  std::string_view text{};    ///< kSay
  std::uint32_t charge = 0;   ///< so many bytes of its body count as one more message; 0 = they are cheap
  /// kForward: body of the reply on `reply_op` when logic could not. Null: goim's, empty, on the request's op.
  std::string (*failure)(const RequestFailure&) = nullptr;

  /// What a packet is worth against the limits of messages.
  std::uint32_t cost(std::size_t body) const { return charge == 0 ? 1 : 1 + static_cast<std::uint32_t>(body / charge); }
};

}  // namespace im::comet
