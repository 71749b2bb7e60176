// The input side of ClientProtocol: from received bytes to packets and frames.

#include <algorithm>

#include "comet/client/client_protocol.hpp"
#include "comet/client/close_ahead.hpp"
#include "comet/edge/proxy_header.hpp"
#include "common/base/log.hpp"
#include "common/base/utf8.hpp"

namespace im::comet {

namespace {

constexpr std::size_t kMaxUpgradeHead = 8 * 1024;
/// Read behind a login under way, to see its client leave; what follows stays in the kernel.
constexpr std::size_t kReadAhead = 4 * 1024;

bool logging_in(const Connection& connection) {
  return connection.phase == Phase::kConnecting || connection.phase == Phase::kJoining;
}

ws::DecoderLimits limits_of(const Connection& connection) {
  const bool echo = connection.transport == Transport::kEcho;
  return {.max_message = 64 * 1024,
          .max_fragments = echo ? std::size_t{1} << 20 : 101,
          .check_utf8 = echo || codec_of(connection.dialect).text};
}

}  // namespace

void ClientProtocol::on_data(std::uint32_t slot, std::span<char> data) {
  Connection& connection = io_.slab().at(slot);
  if (connection.phase == Phase::kLingering) return;
  const ConnId id = io_.id_of(slot);
  if (connection.busy) return keep(slot, data);
  if (connection.input && !connection.input->bytes.empty()) {
    connection.input->bytes.append(data.data(), data.size());
    continue_reading(slot);
    return;
  }
  std::span<char> rest = data;
  consume(slot, rest);
  if (!live(id) || rest.empty() || connection.phase == Phase::kLingering) return;
  if (!connection.input) connection.input = std::make_unique<Input>();
  connection.input->bytes.assign(rest.data(), rest.size());
}

/// A request is under way: what is here is kept, what follows stays in the kernel. Of a login some more is read, since
/// carried out for a client that has left it would take the session from where that client is now.
void ClientProtocol::keep(std::uint32_t slot, std::span<const char> data) {
  Connection& connection = io_.slab().at(slot);
  if (!connection.input) connection.input = std::make_unique<Input>();
  std::string& bytes = connection.input->bytes;
  bytes.append(data.data(), data.size());
  if (!logging_in(connection) || bytes.size() > kReadAhead) io_.pause(slot);
  if (!logging_in(connection) || connection.transport == Transport::kTcp) return;
  const auto closed = close_ahead(std::string_view(bytes).substr(0, kReadAhead), limits_of(connection));
  if (closed) io_.close_with(slot, CloseReason::kPeerClosed, ws::close_frame(*closed));
}

/// Takes up what was left over: a request has ended, more bytes came, or the client has read its replies.
void ClientProtocol::continue_reading(std::uint32_t slot) {
  Connection& connection = io_.slab().at(slot);
  const ConnId id = io_.id_of(slot);
  if (connection.input && !connection.input->bytes.empty()) {
    std::string bytes = std::move(connection.input->bytes);
    connection.input->bytes.clear();
    std::span<char> rest(bytes);
    consume(slot, rest);
    if (!live(id) || connection.phase == Phase::kLingering) return;
    if (!rest.empty()) {
      if (!connection.input) connection.input = std::make_unique<Input>();
      connection.input->bytes.assign(rest.data(), rest.size());
    }
  }
  const bool nothing_kept = connection.input && connection.input->bytes.empty() && !connection.input->decoder &&
                            connection.input->cookie.empty() && connection.input->unchecked_origin.empty();
  if (nothing_kept) connection.input.reset();
  if (!connection.busy && !(connection.outbox && connection.outbox->bytes() > config_.max_reply_backlog))
    io_.resume(slot);
}

void ClientProtocol::on_drained(std::uint32_t slot) {
  if (!io_.slab().at(slot).busy) continue_reading(slot);
}

void ClientProtocol::consume(std::uint32_t slot, std::span<char>& data) {
  const Connection& connection = io_.slab().at(slot);
  if (connection.phase == Phase::kProxy && !consume_proxy_header(slot, data)) return;
  if (connection.phase == Phase::kUpgrade && !consume_upgrade(slot, data)) return;
  if (connection.transport != Transport::kTcp) {
    consume_websocket(slot, data);
    return;
  }
  while (consume_packet(slot, data)) {
  }
}

/// The load balancer says who its client is; nothing of the client is read before.
bool ClientProtocol::consume_proxy_header(std::uint32_t slot, std::span<char>& data) {
  const ProxyHeader header = parse_proxy_header({data.data(), data.size()});
  Connection& connection = io_.slab().at(slot);
  if (header.status == ProxyHeader::Status::kNeedMore) return false;
  if (header.status == ProxyHeader::Status::kMalformed) {
    if (const std::uint64_t count = bad_proxy_headers_.tell(monotonic_now())) {
      log::warn("a connection from a network of client.proxy_from has no good PROXY header and is closed",
                {{"from", edge_.ips.text(connection.ip)}, {"why", header.fault}, {"times", count}});
    }
    io_.close(slot, CloseReason::kBadProxyHeader);
    return false;
  }
  data = data.subspan(header.size);
  connection.phase = first_phase(connection.transport);
  if (!header.client) return true;  // the balancer itself: never counted
  io_.set_address(slot, *header.client);
  return !address_refused(slot);
}

bool ClientProtocol::consume_upgrade(std::uint32_t slot, std::span<char>& data) {
  const std::string_view bytes(data.data(), data.size());
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() > kMaxUpgradeHead) {
      io_.send(slot,
               Frame(std::string(
                   "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")));
      data = {};
      io_.close(slot, CloseReason::kBadUpgrade);
    }
    return false;
  }
  Connection& connection = io_.slab().at(slot);
  ws::UpgradeRules rules = config_.upgrade;
  if (connection.transport == Transport::kEcho) rules = {.path = "/", .origins = {}};
  // A client that speaks before it has our answer is not a WebSocket client: it may be a smuggled request.
  const bool early = end + 4 != bytes.size() || end + 4 > kMaxUpgradeHead;
  ws::UpgradeResult result = ws::upgrade(bytes.substr(0, end + 4), rules);
  if (early && result.accepted) {
    result.accepted = false;
    result.response = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  }
  data = {};
  const ConnId id = io_.id_of(slot);
  const Sent sent = io_.send(slot, Frame(std::move(result.response)));
  if (sent == Sent::kClosed || !live(id)) return false;
  if (!result.accepted) {
    io_.close(slot, CloseReason::kBadUpgrade);
    return false;
  }
  connection.phase = connection.transport == Transport::kEcho ? Phase::kOpen : Phase::kAuth;
  keep_headers(connection, std::move(result));
  return false;
}

/// Header values may hold any byte; one that is no UTF-8 was set by nobody and counts as absent.
void ClientProtocol::keep_headers(Connection& connection, ws::UpgradeResult result) {
  for (std::string* value : {&result.cookie, &result.unchecked_origin}) {
    if (valid_utf8(*value)) continue;
    io_.stats().bad_requests.add();
    value->clear();
  }
  if (result.cookie.empty() && result.unchecked_origin.empty()) return;
  if (!connection.input) connection.input = std::make_unique<Input>();
  connection.input->cookie = std::move(result.cookie);
  connection.input->unchecked_origin = std::move(result.unchecked_origin);
}

bool ClientProtocol::consume_packet(std::uint32_t slot, std::span<char>& data) {
  const Connection& connection = io_.slab().at(slot);
  const bool backlog = connection.outbox && connection.outbox->bytes() > config_.max_reply_backlog;
  if (data.empty() || connection.busy || backlog) {
    if (backlog) io_.pause(slot);
    return false;
  }
  const wire::Parsed parsed = wire::parse_stream({data.data(), data.size()}, codec_of(connection.dialect).max_body);
  if (parsed.status == wire::ParseStatus::kNeedMore) return false;
  if (parsed.status != wire::ParseStatus::kPacket) {
    io_.close(slot, CloseReason::kBadPacket);
    return false;
  }
  const ConnId id = io_.id_of(slot);
  data = data.subspan(parsed.consumed);
  on_packet(slot, parsed.packet);
  return live(id);
}

void ClientProtocol::consume_websocket(std::uint32_t slot, std::span<char>& data) {
  Connection& connection = io_.slab().at(slot);
  const ConnId id = io_.id_of(slot);
  std::unique_ptr<ws::Decoder> decoder = connection.input ? std::move(connection.input->decoder) : nullptr;
  if (!decoder) {
    if (data.empty()) return;
    decoder = std::make_unique<ws::Decoder>(limits_of(connection));
  }
  while (consume_frame(slot, *decoder, data)) {
  }
  if (!live(id) || connection.phase == Phase::kLingering || decoder->idle()) return;
  if (!connection.input) connection.input = std::make_unique<Input>();
  connection.input->decoder = std::move(decoder);
}

bool ClientProtocol::consume_frame(std::uint32_t slot, ws::Decoder& decoder, std::span<char>& data) {
  const Connection& connection = io_.slab().at(slot);
  const bool backlog = connection.outbox && connection.outbox->bytes() > config_.max_reply_backlog;
  if (data.empty() || connection.busy || backlog) {
    if (backlog) io_.pause(slot);
    return false;
  }
  const ConnId id = io_.id_of(slot);
  const ws::Decoder::Event event = decoder.next(data);
  switch (event.kind) {
    case ws::Decoder::Kind::kNeedMore:
      return false;
    case ws::Decoder::Kind::kPong:
      return true;
    case ws::Decoder::Kind::kPing:
      if (connection.transport != Transport::kEcho && message_refused(slot)) return false;
      io_.send(slot, Frame(ws::frame(ws::Opcode::kPong, event.payload)));
      break;
    case ws::Decoder::Kind::kClose:
      io_.close_with(slot, CloseReason::kPeerClosed, ws::close_frame(event.code));
      return false;
    case ws::Decoder::Kind::kError:
      io_.close_with(slot, CloseReason::kBadFrame, ws::close_frame(event.code, event.reason));
      return false;
    case ws::Decoder::Kind::kMessage: {
      if (connection.transport == Transport::kEcho) {
        io_.send(slot, Frame(ws::frame(event.opcode, event.payload)));
        break;
      }
      const auto closed = connection.phase == Phase::kAuth
                              ? close_ahead({data.data(), data.size()}, limits_of(connection))
                              : std::nullopt;
      if (closed) {  // before the login it sent: nobody waits for that any more
        io_.close_with(slot, CloseReason::kPeerClosed, ws::close_frame(*closed));
        return false;
      }
      const auto packet = codec_of(connection.dialect).parse(event.payload);
      if (!packet) {
        io_.close(slot, CloseReason::kBadPacket);
        return false;
      }
      on_packet(slot, *packet);
    }
  }
  return live(id) && io_.slab().at(slot).phase != Phase::kLingering;
}

}  // namespace im::comet
