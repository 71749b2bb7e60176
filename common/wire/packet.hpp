#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// goim's packet: 16-byte big-endian header and a body (docs/protocol.md "Packet"). Pure, no I/O.
namespace im::wire {

inline constexpr std::size_t kHeaderSize = 16;
inline constexpr std::size_t kMaxBodyV1 = 1024;  ///< clients' packets only; pushes have no limit
inline constexpr std::size_t kMaxBodyV2 = 4096;

enum Op : std::int32_t {
  kOpHeartbeat = 2,
  kOpHeartbeatReply = 3,
  kOpSend = 4,
  kOpSendReply = 5,
  kOpAuth = 7,
  kOpAuthReply = 8,
  kOpRaw = 9,  ///< v2: several packets in one WebSocket message
  kOpChangeRoom = 12,
  kOpChangeRoomReply = 13,
  kOpSub = 14,
  kOpSubReply = 15,
  kOpUnsub = 16,
  kOpUnsubReply = 17,
  kOpRequest = 100,  ///< this project's own, from clients that said hello
  kOpReply = 101,
  kOpEvent = 102,
};

struct Packet {
  std::int16_t version = 1;
  std::int32_t op = 0;
  std::int32_t seq = 0;
  std::string_view body;  ///< points into the parsed buffer
};

enum class ParseStatus {
  kPacket,
  kNeedMore,         ///< stream only
  kBadHeaderLength,  ///< header length is not 16
  kTooShort,         ///< packet length below 16 (negative included)
  kTooLong,          ///< body over the limit
  kLengthMismatch,   ///< message only: stated length is not the received length
};
const char* to_string(ParseStatus status);

struct Parsed {
  ParseStatus status = ParseStatus::kNeedMore;
  Packet packet;
  std::size_t consumed = 0;  ///< kPacket: bytes of this packet
};

/// The first packet of a byte stream (TCP). Faults are found as soon as the header is there.
/// What a whole header says; kPacket: the packet without its body, of which `body` bytes follow.
struct Announced {
  ParseStatus status = ParseStatus::kNeedMore;
  Packet packet;
  std::size_t body = 0;
};
Announced parse_header(std::string_view bytes, std::size_t max_body);
Parsed parse_stream(std::string_view bytes, std::size_t max_body);
/// One whole WebSocket message = exactly one packet.
Parsed parse_message(std::string_view message, std::size_t max_body);

/// Writes the 16 header bytes.
void write_header(char* out, std::size_t body_size, const Packet& packet);
/// Appends header and body.
void append_packet(std::string& out, const Packet& packet);

}  // namespace im::wire
