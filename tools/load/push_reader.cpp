#include "tools/load/push_reader.hpp"

#include <charconv>
#include <limits>

#include "common/wire/packet.hpp"

namespace im::load {

namespace {

constexpr std::string_view kMagic = "flood ";
constexpr std::size_t kNoLimit = std::numeric_limits<std::int32_t>::max() - 64;

/// Takes whole packets from the front. False: not packets.
bool consume_packets(std::string_view& rest, const PushReader::Handler& handler) {
  while (!rest.empty()) {
    const wire::Parsed parsed = wire::parse_stream(rest, kNoLimit);
    if (parsed.status == wire::ParseStatus::kNeedMore) return true;
    if (parsed.status != wire::ParseStatus::kPacket) return false;
    handler.packet(parsed.packet.op, parsed.packet.body);
    rest.remove_prefix(parsed.consumed);
  }
  return true;
}

struct ServerFrame {
  std::uint8_t opcode = 0;
  std::string_view payload;
  std::size_t size = 0;  ///< 0: incomplete
};

ServerFrame read_frame(std::string_view bytes) {
  if (bytes.size() < 2) return {};
  const auto byte = [bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  std::uint64_t length = byte(1) & 0x7f;
  std::size_t head = 2;
  if (length >= 126) {
    const std::size_t width = length == 126 ? 2 : 8;
    if (bytes.size() < head + width) return {};
    length = 0;
    for (std::size_t i = 0; i < width; ++i) length = length << 8 | byte(head + i);
    head += width;
  }
  if (bytes.size() < head + length) return {};
  return {static_cast<std::uint8_t>(byte(0) & 0x0f), bytes.substr(head, length), head + length};
}

}  // namespace

std::string make_body(const Mark& mark, std::size_t size) {
  std::string body(kMagic);
  body += std::to_string(mark.run) + ' ' + std::to_string(mark.stream) + ' ' + std::to_string(mark.number);
  if (body.size() + 1 < size) body += ' ' + std::string(size - body.size() - 1, '.');
  return body;
}

std::optional<Mark> parse_body(std::string_view body) {
  if (!body.starts_with(kMagic)) return std::nullopt;
  body.remove_prefix(kMagic.size());
  Mark mark;
  for (std::uint32_t* field : {&mark.run, &mark.stream, &mark.number}) {
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), *field);
    if (error != std::errc()) return std::nullopt;
    body.remove_prefix(static_cast<std::size_t>(end - body.data()));
    if (!body.empty()) body.remove_prefix(1);
  }
  return mark;
}

bool PushReader::feed(std::string_view bytes, const Handler& handler) {
  if (kept_.empty()) {
    const bool good = consume(bytes, handler);
    kept_.assign(bytes);
    return good;
  }
  kept_.append(bytes);
  std::string_view rest = kept_;
  const bool good = consume(rest, handler);
  kept_.erase(0, kept_.size() - rest.size());
  return good;
}

bool PushReader::consume(std::string_view& rest, const Handler& handler) {
  if (upgrading_) {
    const std::size_t end = rest.find("\r\n\r\n");
    if (end == std::string_view::npos) return rest.size() < 4096;
    if (!rest.starts_with("HTTP/1.1 101")) return false;
    rest.remove_prefix(end + 4);
    upgrading_ = false;
    handler.upgraded();
  }
  return transport_ == Transport::kTcp ? consume_packets(rest, handler) : consume_frames(rest, handler);
}

bool PushReader::consume_frames(std::string_view& rest, const Handler& handler) {
  constexpr std::uint8_t kBinary = 2;
  while (true) {
    const ServerFrame frame = read_frame(rest);
    if (frame.size == 0) return true;
    if (frame.opcode != kBinary) return false;
    const wire::Parsed outer = wire::parse_message(frame.payload, kNoLimit);
    if (outer.status != wire::ParseStatus::kPacket) return false;
    if (outer.packet.op == wire::kOpRaw) {
      std::string_view inner = outer.packet.body;
      if (!consume_packets(inner, handler) || !inner.empty()) return false;
    } else {
      handler.packet(outer.packet.op, outer.packet.body);
    }
    rest.remove_prefix(frame.size);
  }
}

}  // namespace im::load
