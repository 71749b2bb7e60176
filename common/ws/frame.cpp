#include "common/ws/frame.hpp"

namespace im::ws {

std::size_t write_header(char* out, Opcode opcode, std::size_t size) {
  out[0] = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (size < 126) {
    out[1] = static_cast<char>(size);
    return 2;
  }
  const bool wide = size > 0xffff;
  out[1] = static_cast<char>(wide ? 127 : 126);
  const std::size_t bytes = wide ? 8 : 2;
  for (std::size_t i = 0; i < bytes; ++i) out[2 + i] = static_cast<char>(std::uint64_t{size} >> (8 * (bytes - 1 - i)));
  return 2 + bytes;
}

std::string frame(Opcode opcode, std::string_view payload) {
  char header[kMaxServerHeader];
  std::string bytes(header, write_header(header, opcode, payload.size()));
  bytes.append(payload);
  return bytes;
}

std::string close_frame(CloseCode code, std::string_view reason) {
  if (code == CloseCode::kNoStatus) return frame(Opcode::kClose, {});
  const auto value = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(value >> 8), static_cast<char>(value)};
  payload.append(reason.substr(0, 123));
  return frame(Opcode::kClose, payload);
}

namespace {

// A character in progress is kept as: continuation bytes left (bits 0-1), and the allowed range of the next byte
// (bits 8-15 lowest, bits 16-23 highest): Unicode 15, table 3-7.
std::uint32_t expect(std::uint32_t left, std::uint32_t low, std::uint32_t high) { return left | low << 8 | high << 16; }

/// What has to follow a first byte that is not ASCII; 0: no character begins with it.
std::uint32_t after_first(std::uint8_t byte) {
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte <= 0xdf) return expect(1, 0x80, 0xbf);
  if (byte <= 0xef) return expect(2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf);
  return expect(3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf);
}

}  // namespace

bool Utf8Checker::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (state_ != 0) {
      if (byte < (state_ >> 8 & 0xff) || byte > (state_ >> 16 & 0xff)) return false;
      const std::uint32_t left = (state_ & 3) - 1;
      state_ = left == 0 ? 0 : expect(left, 0x80, 0xbf);
    } else if (byte >= 0x80) {
      state_ = after_first(byte);
      if (state_ == 0) return false;
    }
  }
  return true;
}

bool valid_utf8(std::string_view bytes) {
  Utf8Checker checker;
  return checker.feed(bytes) && checker.complete();
}

}  // namespace im::ws
