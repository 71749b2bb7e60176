#include "comet/wire/dialect.hpp"

#include <array>

#include "comet/wire/v1_codec.hpp"
#include "common/ws/frame.hpp"

namespace im::comet {

namespace {

std::optional<wire::Packet> parse_packet(std::string_view message) {
  const wire::Parsed parsed = wire::parse_message(message, wire::kMaxBodyV2);
  return parsed.status == wire::ParseStatus::kPacket ? std::optional(parsed.packet) : std::nullopt;
}

std::string packet_reply(const wire::Packet& packet, Transport transport) {
  std::string bytes;
  if (transport != Transport::kTcp) {
    char header[ws::kMaxServerHeader];
    bytes.assign(header, ws::write_header(header, ws::Opcode::kBinary, wire::kHeaderSize + packet.body.size()));
  }
  wire::append_packet(bytes, packet);
  return bytes;
}

Frame v2_push(std::span<const PushMessage> messages, bool) {
  PushFrameBuilder builder;
  for (const PushMessage& message : messages) builder.add(message);
  return std::move(builder).finish();
}

constexpr std::array<Codec, kDialects> kCodecs{{
    {"goim v2", wire::kMaxBodyV2, false, parse_packet, packet_reply, v2_push},
    {"goim v1", wire::kMaxBodyV1, false, parse_packet, packet_reply, v1::tcp_push},
    {"goim v1.2 JSON", 0, true, v1::parse_json, v1::array_reply, v1::array_push},
    {"goim v1.0 JSON", 0, true, v1::parse_json, v1::object_reply, v1::object_push},
}};

}  // namespace

const Codec& codec_of(Dialect dialect) { return kCodecs[static_cast<std::size_t>(dialect)]; }

}  // namespace im::comet
