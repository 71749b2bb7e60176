#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// RFC 6455 framing without I/O.
namespace im::ws {

enum class Opcode : std::uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

/// RFC 6455 section 7.4.1.
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupported = 1003,
  kNoStatus = 1005,
  kInvalidPayload = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kInternal = 1011,
};

inline constexpr std::size_t kMaxServerHeader = 10;
/// In the first byte of a frame: the message is compressed (RFC 7692 §6).
inline constexpr std::uint8_t kRsv1 = 0x40;

/// Header of an unmasked, final server frame into `out` (room for kMaxServerHeader); returns its size (2, 4 or 10).
std::size_t write_header(char* out, Opcode opcode, std::size_t payload_size);
/// A whole server frame.
std::string frame(Opcode opcode, std::string_view payload);
/// What a server frame begins with.
struct ServerFrame {
  Opcode opcode = Opcode::kBinary;
  std::size_t header = 0;  ///< bytes before the payload
  std::size_t size = 0;    ///< of the payload
};
/// `frames` begins with a whole server frame.
ServerFrame read_server_frame(std::string_view frames);
/// A close frame; code 1005 = empty payload.
std::string close_frame(CloseCode code, std::string_view reason = {});

}  // namespace im::ws
