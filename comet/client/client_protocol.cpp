#include "comet/client/client_protocol.hpp"

#include <algorithm>
#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

namespace {

/// Read behind a login under way, to see its client leave; what follows stays in the kernel.
constexpr std::size_t kReadAhead = 4 * 1024;

bool logging_in(const Connection& connection) {
  return connection.phase == Phase::kConnecting || connection.phase == Phase::kJoining;
}

}  // namespace

ClientProtocol::ClientProtocol(ProtocolConfig config, ConnectionIo& io, Membership& membership, ControlPort& control,
                               Edge& edge)
    : config_(std::move(config)),
      io_(io),
      membership_(membership),
      control_(control),
      edge_(edge),
      gate_(config_.messages, io, edge),
      conversation_(io, [this](std::uint32_t place) { continue_reading(place); }),
      login_(io, membership, control, edge, gate_, conversation_, config_.poll_ticks),
      requests_(io, membership, control, edge, conversation_),
      upgrade_(config_.upgrade, config_.page_origins, io),
      probe_(io) {}

void ClientProtocol::on_accepted(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  io_.set_deadline(place, config_.handshake_ticks[index_of(connection.dialect->family)]);
  if (connection.phase != Phase::kProxy && connection.transport != Transport::kEcho) gate_.refuses_address(place);
}

void ClientProtocol::on_room_ready(const std::string& room) {
  io_.assert_on_worker();
  for (const Joined& joined : membership_.on_room_ready(room)) {
    const std::uint32_t place = io_.place_of(joined.conn);
    if (place == ConnectionSlab::kNoPlace) continue;
    if (joined.kind == JoinKind::kLogin) login_.on_room_ready(place);
    if (joined.kind == JoinKind::kChange) requests_.on_room_ready(place, room);
  }
}

void ClientProtocol::on_deadline(std::uint32_t place) {
  if (http_ != nullptr && http_->on_deadline(place)) return;
  const Connection& connection = io_.slab().at(place);
  if (connection.phase != Phase::kOpen || !connection.session) {
    io_.close(place, connection.refused ? CloseReason::kAuthRefused : CloseReason::kHandshakeTimeout);
    return;
  }
  const bool expired = connection.session->expires_tick != 0 && io_.now_tick() >= connection.session->expires_tick;
  if (!expired && probe_.ask(place)) return;
  io_.close(place, expired ? CloseReason::kTokenExpired : CloseReason::kHeartbeatTimeout);
}

void ClientProtocol::on_closing(std::uint32_t place, CloseReason reason) {
  if (http_ != nullptr) http_->on_closing(place, reason);
  Connection& connection = io_.slab().at(place);
  const bool traced = connection.traced;
  connection.traced = false;
  if (traced) io_.tracer().closed(place, reason);
  if (connection.phase == Phase::kConnecting && !connection.refused) control_.connect_abandoned(io_.id_of(place));
  if (!connection.session) return;
  membership_.leave_all(place);
  io_.stats().sessions.sub();
  io_.stats().name_bytes.sub(connection.session->names.heap_bytes());
  const Session& session = *connection.session;
  control_.session_ended({session.uid, std::string(session.key()), session.epoch, io_.id_of(place),
                          text_of(session.platform), edge_.ips.text(connection.ip)});
  gate_.session_ended(place);
}

void ClientProtocol::on_released(std::uint32_t place) { gate_.released(place); }

void ClientProtocol::on_data(std::uint32_t place, std::span<char> data) {
  Connection& connection = io_.slab().at(place);
  if (connection.phase == Phase::kLingering) return while_lingering(place, data);
  const ConnId id = io_.id_of(place);
  if (connection.busy) return keep(place, data);
  if (connection.input && !connection.input->bytes.empty()) {
    connection.input->bytes.append(data.data(), data.size());
    continue_reading(place);
    return;
  }
  std::span<char> rest = data;
  consume(place, rest);
  if (!live(id) || rest.empty() || connection.phase == Phase::kLingering) return;
  if (!connection.input) connection.input = std::make_unique<Input>();
  connection.input->bytes.assign(rest.data(), rest.size());
}

void ClientProtocol::while_lingering(std::uint32_t place, std::span<const char> data) {
  if (!io_.slab().at(place).fin && ClientReader::close_ahead({data.data(), data.size()}, reading_of(place)))
    io_.drop(place, CloseReason::kPeerClosed);
}

/// A request is under way: what is here is kept, what follows stays in the kernel. Of a login some more is read, since
/// carried out for a client that has left it would take the session from where that client is now.
void ClientProtocol::keep(std::uint32_t place, std::span<const char> data) {
  Connection& connection = io_.slab().at(place);
  if (!connection.input) connection.input = std::make_unique<Input>();
  std::string& bytes = connection.input->bytes;
  bytes.append(data.data(), data.size());
  if (!logging_in(connection) || bytes.size() > kReadAhead) io_.pause(place);
  if (logging_in(connection)) close_if_left(place, std::string_view(bytes).substr(0, kReadAhead));
}

/// True: a Close frame stands in what a WebSocket client sent behind its login. Nobody waits for that any more.
bool ClientProtocol::close_if_left(std::uint32_t place, std::string_view behind) {
  const auto closed = ClientReader::close_ahead(behind, reading_of(place));
  if (closed) io_.close_with(place, CloseReason::kPeerClosed, ws::close_frame(*closed));
  return closed.has_value();
}

void ClientProtocol::on_peer_ended(std::uint32_t place) {
  const Connection& one = io_.slab().at(place);
  if (logging_in(one) || (one.busy && one.phase == Phase::kUpgrade)) io_.drop(place, CloseReason::kPeerClosed);
}

void ClientProtocol::continue_reading(std::uint32_t place) {
  Connection& connection = io_.slab().at(place);
  if (connection.transport == Transport::kPoll) return http_->go_on(place);
  const ConnId id = io_.id_of(place);
  if (connection.input && !connection.input->bytes.empty()) {
    std::string bytes = std::move(connection.input->bytes);
    connection.input->bytes.clear();
    std::span<char> rest(bytes);
    consume(place, rest);
    if (!live(id) || connection.phase == Phase::kLingering) return;
    if (!rest.empty()) {
      if (!connection.input) connection.input = std::make_unique<Input>();
      connection.input->bytes.assign(rest.data(), rest.size());
    }
  }
  if (connection.input && connection.input->nothing_kept()) connection.input.reset();
  if (!connection.busy && !has_backlog(connection)) io_.resume(place);
}

void ClientProtocol::on_drained(std::uint32_t place) {
  if (!io_.slab().at(place).busy) continue_reading(place);
}

bool ClientProtocol::has_backlog(const Connection& connection) const {
  return connection.outbox && connection.outbox->bytes() > config_.max_reply_backlog;
}

bool ClientProtocol::may_read(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  if (has_backlog(connection)) io_.pause(place);
  return !connection.busy && !has_backlog(connection);
}

Reading ClientProtocol::reading_of(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  const BodyLimits& limits = connection.dialect->limits;
  std::size_t max_body = limits.before_auth;
  const bool said_hello = connection.session && connection.session->said_hello;
  if (connection.session) max_body = said_hello ? connection.session->max_body : limits.before_hello;
  return {connection.phase,
          connection.transport,
          connection.dialect,
          max_body,
          connection.deflate ? &inflater_ : nullptr,
          said_hello ? limits.refused : 0};
}

void ClientProtocol::consume(std::uint32_t place, std::span<char>& data) {
  Connection& connection = io_.slab().at(place);
  const ConnId id = io_.id_of(place);
  ClientReader::Partial last;
  if (connection.input) last = {std::move(connection.input->decoder), std::exchange(connection.input->skip, 0)};
  ClientReader reader(std::move(last));
  while (may_read(place)) {
    const ClientReader::Event event = reader.next(data, reading_of(place));
    if (event.kind == ClientReader::Kind::kNeedMore) break;
    const bool login = event.kind == ClientReader::Kind::kPacket && connection.phase == Phase::kAuth;
    if (login && close_if_left(place, {data.data(), data.size()})) return;
    on_event(place, event);
    if (!live(id) || connection.phase == Phase::kLingering) return;
  }
  ClientReader::Partial partial = std::move(reader).partial();
  if (partial.nothing()) {
    if (connection.input && connection.input->nothing_kept()) connection.input.reset();
    return;
  }
  if (!connection.input) connection.input = std::make_unique<Input>();
  connection.input->decoder = std::move(partial.decoder);
  connection.input->skip = partial.skip;
}

void ClientProtocol::on_event(std::uint32_t place, const ClientReader::Event& event) {
  switch (event.kind) {
    case ClientReader::Kind::kNeedMore:
      break;
    case ClientReader::Kind::kProxy:
      return on_proxy(place, event);
    case ClientReader::Kind::kUpgrade:
      return upgrade_.answer(place, event);
    case ClientReader::Kind::kHttp:
      return on_http(place, event);
    case ClientReader::Kind::kPacket:
      return on_packet(place, event.packet);
    case ClientReader::Kind::kTooLarge:
      return on_too_large(place, event);
    case ClientReader::Kind::kEcho:
      io_.send(place, Frame(ws::frame(event.opcode, event.bytes)));
      break;
    case ClientReader::Kind::kPing:
    case ClientReader::Kind::kPong:
      return on_ping(place, event);
    case ClientReader::Kind::kClose:
      io_.close_with(place, CloseReason::kPeerClosed, ws::close_frame(event.code));
      break;
    case ClientReader::Kind::kFault:
      on_fault(place, event);
  }
}

void ClientProtocol::on_proxy(std::uint32_t place, const ClientReader::Event& event) {
  io_.begin(place);
  if (!event.client) return;  // the balancer itself: never counted
  io_.set_address(place, *event.client);
  gate_.refuses_address(place);
}

void ClientProtocol::on_http(std::uint32_t place, const ClientReader::Event& event) {
  if (http_ == nullptr || io_.slab().at(place).over_limit) return upgrade_.answer(place, event);
  io_.slab().at(place).busy = true;
  http_->on_request(place, event.bytes, event.packet.body);
}

void ClientProtocol::on_message(std::uint32_t place, std::string_view message) {
  const Dialect& dialect = *io_.slab().at(place).dialect;
  const Reading reading = reading_of(place);
  const auto packet = dialect.parse(message, dialect.guests ? message.size() : reading.max_body);
  if (packet) return on_packet(place, *packet);
  if (const auto refused = ClientReader::too_large(message, reading)) return on_too_large(place, *refused);
  if (!dialect.guests) io_.close(place, CloseReason::kBadPacket);
}

void ClientProtocol::on_ping(std::uint32_t place, const ClientReader::Event& event) {
  if (io_.slab().at(place).transport != Transport::kEcho && gate_.refuses_message(place)) return;
  probe_.heard(place);
  if (event.kind == ClientReader::Kind::kPing) io_.send(place, Frame(ws::frame(ws::Opcode::kPong, event.bytes)));
}

void ClientProtocol::on_fault(std::uint32_t place, const ClientReader::Event& event) {
  if (event.reason == CloseReason::kBadUpgrade) return upgrade_.too_long(place);
  if (event.reason == CloseReason::kBadProxyHeader) {
    if (const std::uint64_t count = bad_proxy_headers_.tell(monotonic_now())) {
      log::warn("a connection from a network of client.proxy_from has no good PROXY header and is closed",
                {{"from", edge_.ips.text(io_.slab().at(place).ip)}, {"why", event.why}, {"times", count}});
    }
  }
  if (event.code != ws::CloseCode::kNoStatus)
    return io_.close_with(place, event.reason, ws::close_frame(event.code, event.why));
  io_.close(place, event.reason);
}

/// It counts as the packets that could have been sent in its place.
void ClientProtocol::on_too_large(std::uint32_t place, const ClientReader::Event& event) {
  io_.stats().received_packets.add();
  const std::size_t most = std::max<std::size_t>(reading_of(place).max_body, 1);
  if (gate_.refuses_message(place, static_cast<std::uint32_t>(1 + event.size / most))) return;
  probe_.heard(place);
  requests_.refuse_large(place, event.packet, most);
}

void ClientProtocol::on_packet(std::uint32_t place, const wire::Packet& packet) {
  io_.stats().received_packets.add();
  const Connection& connection = io_.slab().at(place);
  if (gate_.refuses_message(place, connection.dialect->row_of(packet.op).cost(packet.body.size()))) return;
  if (connection.traced) [[unlikely]]
    io_.tracer().in(place, packet);
  probe_.heard(place);
  if (connection.phase != Phase::kAuth) return requests_.on_packet(place, packet);
  if (packet.op == wire::kOpAuth) return login_.begin(place, packet);
  if (connection.dialect->strict) return io_.close(place, CloseReason::kUnexpectedOp);
  requests_.before_login(place, packet);
}

}  // namespace im::comet
