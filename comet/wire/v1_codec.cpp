#include "comet/wire/v1_codec.hpp"

#include <charconv>

#include "common/wire/json_text.hpp"
#include "common/ws/frame.hpp"

namespace im::comet::v1 {

namespace {

/// A JSON number that is an integer in range; null leaves the value, as in Go.
template <class T>
bool set_number(std::string_view text, T& value) {
  if (text == "null") return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool set_member(std::string_view name, std::string_view value, wire::Packet& packet) {
  if (wire::json_name_is(name, "ver")) return set_number(value, packet.version);
  if (wire::json_name_is(name, "op")) return set_number(value, packet.op);
  if (wire::json_name_is(name, "seq")) return set_number(value, packet.seq);
  if (wire::json_name_is(name, "body")) packet.body = value;
  return true;
}

wire::Packet packet_of(const PushMessage& message) {
  return {.version = 0, .op = kOpPush, .seq = 0, .body = *message.body};
}

}  // namespace

std::optional<wire::Packet> parse_json(std::string_view message, std::size_t max_body) {
  if (message.size() > max_body) return std::nullopt;
  wire::Packet packet{.version = 0, .op = 0, .seq = 0, .body = {}};
  wire::JsonMembers members(message, wire::kClientJsonDepth);
  while (members.next()) {
    if (!set_member(members.name(), members.value(), packet)) return std::nullopt;
  }
  return members.ok() ? std::optional(packet) : std::nullopt;
}

void append_json(std::string& out, const wire::Packet& packet) {
  out.append("{\"ver\":").append(std::to_string(packet.version));
  out.append(",\"op\":").append(std::to_string(packet.op));
  out.append(",\"seq\":").append(std::to_string(packet.seq));
  out.append(",\"body\":");
  if (packet.body.empty()) {
    out.append("{}");
  } else if (!wire::append_compact_json(out, packet.body, wire::kPushedJsonDepth)) {
    wire::append_json_string(out, packet.body);
  }
  out.push_back('}');
}

std::string array_reply(const wire::Packet& packet, Transport) {
  std::string text = "[";
  append_json(text, packet);
  return ws::frame(ws::Opcode::kText, text.append("]\n"));
}

std::string object_reply(const wire::Packet& packet, Transport) {
  std::string text;
  append_json(text, packet);
  return ws::frame(ws::Opcode::kText, text.append("\n"));
}

Frame tcp_push(std::span<const PushMessage> messages, bool) {
  std::string bytes;
  for (const PushMessage& message : messages) wire::append_packet(bytes, packet_of(message));
  return Frame(std::move(bytes));
}

Frame array_push(std::span<const PushMessage> messages, bool room) {
  std::string text;
  for (const PushMessage& message : messages) {
    text.push_back(text.empty() ? '[' : ',');
    append_json(text, packet_of(message));
  }
  text.push_back(']');
  if (!room && messages.size() == 1) text.push_back('\n');
  return Frame(ws::frame(ws::Opcode::kText, text));
}

Frame object_push(std::span<const PushMessage> messages, bool room) {
  std::string bytes;
  for (const PushMessage& message : messages) {
    std::string text;
    append_json(text, packet_of(message));
    if (!room) text.push_back('\n');
    bytes.append(ws::frame(ws::Opcode::kText, text));
  }
  return Frame(std::move(bytes));
}

}  // namespace im::comet::v1
