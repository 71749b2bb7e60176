#include "common/client/frames.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace im::client {

namespace json = boost::json;

std::string token_json(const Identity& identity) {
  json::object token;
  if (identity.token.empty() || identity.uid != 0) token["mid"] = identity.uid;
  if (!identity.token.empty()) token["token"] = identity.token;
  if (!identity.key.empty()) token["key"] = identity.key;
  if (!identity.room.empty()) token["room_id"] = identity.room;
  if (!identity.platform.empty()) token["platform"] = identity.platform;
  if (!identity.accepts.empty()) token["accepts"] = json::array(identity.accepts.begin(), identity.accepts.end());
  return json::serialize(token);
}

std::string packet(std::int32_t op, std::int32_t seq, std::string_view body) {
  std::string bytes;
  wire::append_packet(bytes, {.version = 1, .op = op, .seq = seq, .body = body});
  return bytes;
}

/// A push of somebody who chose op 9 for a body of their own is not one.
bool PacketReader::is_batch(std::string_view body) const {
  if (body.empty()) return false;
  while (!body.empty()) {
    const auto inner = wire::parse_stream(body, max_body_);
    if (inner.status != wire::ParseStatus::kPacket) return false;
    body.remove_prefix(inner.consumed);
  }
  return true;
}

void PacketReader::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  if (transport_ == Transport::kWebSocket) {
    const auto message = wire::parse_message(bytes, max_body_);
    if (message.status != wire::ParseStatus::kPacket) {
      fail(message.status);
      return;
    }
    if (message.packet.op == wire::kOpRaw && is_batch(message.packet.body)) bytes = message.packet.body;
  }
  buffer_.append(bytes);
}

std::optional<wire::Packet> PacketReader::next() {
  if (!error_.empty()) return std::nullopt;
  const auto parsed = wire::parse_stream(std::string_view(buffer_).substr(at_), max_body_);
  if (parsed.status == wire::ParseStatus::kPacket) {
    at_ += parsed.consumed;
    return parsed.packet;
  }
  if (parsed.status != wire::ParseStatus::kNeedMore) fail(parsed.status);
  return std::nullopt;
}

void PacketReader::fail(wire::ParseStatus status) {
  error_ = std::string("what arrived is not goim v2 (") + wire::to_string(status) + ")";
}

}  // namespace im::client
