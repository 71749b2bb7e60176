#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/ws/decoder.hpp"

namespace im::ws {

/// The first byte of a frame.
inline constexpr unsigned kFin = 0x80;

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
  return out;
}

/// Length byte with the mask bit, and the longer forms: `form` 7, 16 or 64 bits.
inline std::string client_length(std::uint64_t size, int form) {
  if (form == 7) return std::string(1, static_cast<char>(0x80 | size));
  return std::string(1, static_cast<char>(0x80 | (form == 16 ? 126 : 127))) + big_endian(size, form / 8);
}

inline std::string masked(std::string payload, std::string_view mask) {
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return payload;
}

/// A frame as a client sends it; `first` is the whole first byte, so that faults can be made.
inline std::string client_frame(unsigned first, std::string_view payload) {
  constexpr std::string_view kMask = "\x37\xfa\x21\x3d";
  const int form = payload.size() < 126 ? 7 : payload.size() <= 0xffff ? 16 : 64;
  return static_cast<char>(first) + client_length(payload.size(), form) + std::string(kMask) +
         masked(std::string(payload), kMask);
}

inline std::string client_frame(Opcode opcode, std::string_view payload) {
  return client_frame(kFin | static_cast<unsigned>(opcode), payload);
}

inline std::string client_close(unsigned code, std::string_view reason = {}) {
  return client_frame(Opcode::kClose, big_endian(code, 2) + std::string(reason));
}

/// An event that outlives its decoder call, printable.
struct Seen {
  Decoder::Kind kind;
  std::string payload;
  CloseCode code = CloseCode::kNormal;
  Opcode opcode = Opcode::kBinary;

  bool operator==(const Seen&) const = default;
  friend void PrintTo(const Seen& seen, std::ostream* out) {
    *out << "{kind " << static_cast<int>(seen.kind) << " opcode " << static_cast<int>(seen.opcode) << " code "
         << static_cast<int>(seen.code) << " size " << seen.payload.size() << " \"" << seen.payload.substr(0, 40)
         << "\"}";
  }
};

using Events = std::vector<Seen>;

inline Seen message(Opcode opcode, std::string payload) {
  return {Decoder::Kind::kMessage, std::move(payload), CloseCode::kNormal, opcode};
}
inline Seen ping(std::string payload) {
  return {Decoder::Kind::kPing, std::move(payload), CloseCode::kNormal, Opcode::kPing};
}
inline Seen pong(std::string payload) {
  return {Decoder::Kind::kPong, std::move(payload), CloseCode::kNormal, Opcode::kPong};
}
inline Seen closed(CloseCode code, std::string reason = {}) {
  return {Decoder::Kind::kClose, std::move(reason), code, Opcode::kClose};
}
/// A fault: its opcode says nothing.
inline Seen fault(CloseCode code) { return {Decoder::Kind::kError, "", code, Opcode::kBinary}; }

/// Gives one chunk to the decoder; false after a fault.
inline bool feed(Decoder& decoder, std::string chunk, std::vector<Seen>& events) {
  std::span<char> input(chunk);
  while (!input.empty()) {
    const Decoder::Event event = decoder.next(input);
    if (event.kind == Decoder::Kind::kNeedMore) continue;
    if (event.kind == Decoder::Kind::kError) {
      events.push_back(fault(event.code));
      return false;
    }
    events.push_back({event.kind, std::string(event.payload), event.code, event.opcode});
  }
  return true;
}

inline std::vector<Seen> decode(std::string_view stream, DecoderLimits limits = {}) {
  Decoder decoder(limits);
  std::vector<Seen> events;
  feed(decoder, std::string(stream), events);
  return events;
}

}  // namespace im::ws
