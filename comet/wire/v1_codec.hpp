#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "comet/wire/frame.hpp"
#include "comet/wire/push_frame.hpp"
#include "common/wire/packet.hpp"

/// goim v1 on the wire (docs/protocol.md "Goim v1"). Pure.
namespace im::comet::v1 {

inline constexpr std::int32_t kOpPush = 5;  ///< of every push, whatever the API was told
inline constexpr std::int32_t kOpTest = 254;
inline constexpr std::int32_t kOpTestReply = 255;
inline constexpr std::string_view kTestReply = R"({"test":"come on"})";

/// `{"ver":1,"op":7,"seq":1,"body":<any JSON>}`, every member optional; the body is the text as it was written.
std::optional<wire::Packet> parse_json(std::string_view message, std::size_t max_body);
/// The same, from the server. A body that is not JSON becomes a JSON string, an empty one `{}`.
void append_json(std::string& out, const wire::Packet& packet);

std::string array_reply(const wire::Packet& packet, Transport transport);
std::string object_reply(const wire::Packet& packet, Transport transport);

Frame tcp_push(std::span<const PushMessage> messages, bool room);
Frame array_push(std::span<const PushMessage> messages, bool room);
Frame object_push(std::span<const PushMessage> messages, bool room);

}  // namespace im::comet::v1
