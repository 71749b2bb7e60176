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

ServerFrame read_server_frame(std::string_view frames) {
  const auto byte = [frames](std::size_t at) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(frames[at]));
  };
  const std::uint64_t size = byte(1);
  const std::size_t wide = size < 126 ? 0 : size == 126 ? 2 : 8;
  std::uint64_t whole = wide == 0 ? size : 0;
  for (std::size_t i = 0; i < wide; ++i) whole = whole << 8 | byte(2 + i);
  return {static_cast<Opcode>(byte(0) & 15), 2 + wide, static_cast<std::size_t>(whole)};
}

std::string close_frame(CloseCode code, std::string_view reason) {
  if (code == CloseCode::kNoStatus) return frame(Opcode::kClose, {});
  const auto value = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(value >> 8), static_cast<char>(value)};
  payload.append(reason.substr(0, 123));
  return frame(Opcode::kClose, payload);
}

}  // namespace im::ws
