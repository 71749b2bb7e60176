#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "comet/wire/frame.hpp"
#include "comet/wire/push_frame.hpp"
#include "comet/wire/request.hpp"
#include "common/wire/client_family.hpp"
#include "common/wire/packet.hpp"

namespace im::comet {

/// Bytes of one packet's body from a client. What is over ends the connection, but for requests after hello.
struct BodyLimits {
  std::size_t before_auth = 0;
  std::size_t before_hello = 0;
  std::size_t after_hello = 0;  ///< logic may grant less
  std::size_t refused = 0;      ///< a request after hello up to this is refused in words and thrown away
};

/// What a client understands, all of it: a new dialect is one more of these. The listener says which one is spoken, as
/// clients of different dialects send the same first bytes. Pure functions; immutable, lives for ever.
struct Dialect {
  const char* name;
  ClientFamily family;
  BodyLimits limits;
  std::size_t envelope;       ///< of one WebSocket message, around its body
  bool text;                  ///< WebSocket messages are text, so their UTF-8 is checked
  bool filtered;              ///< sessions get the ops they asked for; else every op
  bool strict;                ///< before auth another op closes the connection; else it is ignored ...
  std::string_view early{};   ///< ... or answered with this body
  bool own_hello = false;     ///< its login is its hello: events are for it
  const char* path = "/sub";  ///< of the upgrade
  /// How the long-poll requests begin that its WebSocket listener takes too (comet/poll); empty: none.
  std::string_view polls{};
  /// Its clients know no heartbeat: whatever comes from one renews its deadline, and one whose deadline is over is
  /// asked by a WebSocket ping before it is given up.
  bool probed = false;
  bool guests = false;  ///< its clients prove nothing: a page of any origin has no more than they have
  std::span<const RequestRow> requests;
  RequestRow other;  ///< of every op that has no row
  /// One WebSocket message; nullopt closes the connection. The body points into the message.
  std::optional<wire::Packet> (*parse)(std::string_view message, std::size_t max_body);
  std::string (*reply)(const wire::Packet& packet, Transport transport);
  /// `room`: a batch of a room, which v1 writes a little differently.
  Frame (*push)(std::span<const PushMessage> messages, bool room);

  const RequestRow& row_of(std::int32_t op) const;

  static const Dialect kV2;        ///< goim v2
  static const Dialect kV1;        ///< goim v1 over TCP
  static const Dialect kV1Array;   ///< goim v1.2 over WebSocket: JSON arrays
  static const Dialect kV1Object;  ///< goim v1.0 and v1.1 over WebSocket: one JSON object per message
  static const Dialect kWebim;     ///< the old chat page: its JSON objects, docs/webim.md
};

}  // namespace im::comet
