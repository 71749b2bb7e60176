#include "common/wire/packet.hpp"

namespace im::wire {

namespace {

std::uint32_t read32(const char* in) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::uint16_t read16(const char* in) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

void write32(char* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<char>(value >> (24 - 8 * i));
}

void write16(char* out, std::uint16_t value) {
  out[0] = static_cast<char>(value >> 8);
  out[1] = static_cast<char>(value);
}

/// kPacket when the header is sound; `body` = stated body size.
ParseStatus check_header(const char* header, std::size_t max_body, std::size_t& body) {
  const auto length = static_cast<std::int32_t>(read32(header));
  if (read16(header + 4) != kHeaderSize) return ParseStatus::kBadHeaderLength;
  if (length < static_cast<std::int32_t>(kHeaderSize)) return ParseStatus::kTooShort;
  body = static_cast<std::size_t>(length) - kHeaderSize;
  return body > max_body ? ParseStatus::kTooLong : ParseStatus::kPacket;
}

Packet packet_of(std::string_view bytes, std::size_t body) {
  return {.version = static_cast<std::int16_t>(read16(bytes.data() + 6)),
          .op = static_cast<std::int32_t>(read32(bytes.data() + 8)),
          .seq = static_cast<std::int32_t>(read32(bytes.data() + 12)),
          .body = bytes.substr(kHeaderSize, body)};
}

}  // namespace

const char* to_string(ParseStatus status) {
  switch (status) {
    case ParseStatus::kPacket:
      return "packet";
    case ParseStatus::kNeedMore:
      return "need_more";
    case ParseStatus::kBadHeaderLength:
      return "bad_header_length";
    case ParseStatus::kTooShort:
      return "too_short";
    case ParseStatus::kTooLong:
      return "too_long";
    case ParseStatus::kLengthMismatch:
      return "length_mismatch";
  }
  return "unknown";
}

Announced parse_header(std::string_view bytes, std::size_t max_body) {
  if (bytes.size() < kHeaderSize) return {};
  std::size_t body = 0;
  const ParseStatus status = check_header(bytes.data(), max_body, body);
  if (status != ParseStatus::kPacket) return {.status = status, .packet = {}};
  return {.status = status, .packet = packet_of(bytes, 0), .body = body};
}

Parsed parse_stream(std::string_view bytes, std::size_t max_body) {
  if (bytes.size() < kHeaderSize) return {};
  std::size_t body = 0;
  const ParseStatus status = check_header(bytes.data(), max_body, body);
  if (status != ParseStatus::kPacket) return {.status = status, .packet = {}, .consumed = 0};
  if (bytes.size() < kHeaderSize + body) return {};
  return {.status = status, .packet = packet_of(bytes, body), .consumed = kHeaderSize + body};
}

Parsed parse_message(std::string_view message, std::size_t max_body) {
  if (message.size() < kHeaderSize) return {.status = ParseStatus::kTooShort, .packet = {}, .consumed = 0};
  std::size_t body = 0;
  const ParseStatus status = check_header(message.data(), max_body, body);
  if (status != ParseStatus::kPacket) return {.status = status, .packet = {}, .consumed = 0};
  if (message.size() != kHeaderSize + body)
    return {.status = ParseStatus::kLengthMismatch, .packet = {}, .consumed = 0};
  return {.status = status, .packet = packet_of(message, body), .consumed = message.size()};
}

void write_header(char* out, std::size_t body_size, const Packet& packet) {
  write32(out, static_cast<std::uint32_t>(kHeaderSize + body_size));
  write16(out + 4, kHeaderSize);
  write16(out + 6, static_cast<std::uint16_t>(packet.version));
  write32(out + 8, static_cast<std::uint32_t>(packet.op));
  write32(out + 12, static_cast<std::uint32_t>(packet.seq));
}

void append_packet(std::string& out, const Packet& packet) {
  const std::size_t start = out.size();
  out.resize(start + kHeaderSize);
  write_header(out.data() + start, packet.body.size(), packet);
  out.append(packet.body);
}

}  // namespace im::wire
