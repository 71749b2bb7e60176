#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "comet/wire/frame.hpp"
#include "comet/wire/push_frame.hpp"
#include "common/wire/packet.hpp"

namespace im::comet {

/// What a client understands. Its listener says so: clients of different dialects send the same first bytes.
enum class Dialect : std::uint8_t {
  kV2,        ///< goim v2
  kV1,        ///< goim v1 over TCP
  kV1Array,   ///< goim v1.2 over WebSocket: JSON arrays
  kV1Object,  ///< goim v1.0 and v1.1 over WebSocket: one JSON object per message
};
inline constexpr std::size_t kDialects = 4;

/// How one dialect looks on the wire. A new dialect is a row of the table in dialect.cpp; what its requests do stands
/// in ClientProtocol. Pure functions.
struct Codec {
  const char* name;
  std::size_t max_body;  ///< of a client's packet; JSON messages are bounded by the WebSocket decoder alone
  bool text;             ///< WebSocket messages are text, so their UTF-8 is checked
  /// One WebSocket message; nullopt closes the connection. The body points into the message.
  std::optional<wire::Packet> (*parse)(std::string_view message);
  std::string (*reply)(const wire::Packet& packet, Transport transport);
  /// `room`: a batch of a room, which v1 writes a little differently.
  Frame (*push)(std::span<const PushMessage> messages, bool room);
};
const Codec& codec_of(Dialect dialect);

}  // namespace im::comet
