#include "comet/client/client_protocol.hpp"

#include <algorithm>
#include <utility>

#include "comet/wire/op_list.hpp"
#include "common/base/room_key.hpp"

namespace im::comet {

namespace {

std::uint32_t ticks_of(std::chrono::milliseconds time) {
  const std::int64_t ticks = time.count() * ConnectionIo::kTicksPerSecond / 1000;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ticks, 1, 1 << 30));
}

const char* transport_name(const Connection& connection) {
  return connection.transport == Transport::kTcp ? "tcp" : "ws";
}

std::string big_endian(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  std::string bytes(4, '\0');
  for (int i = 0; i < 4; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>(bits >> (24 - 8 * i));
  return bytes;
}

}  // namespace

void ClientProtocol::on_accepted(std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  const bool v2 = connection.dialect == Dialect::kV2;
  io_.set_deadline(slot, v2 ? config_.handshake_ticks : config_.v1_handshake_ticks);
  if (connection.phase != Phase::kProxy && connection.transport != Transport::kEcho) address_refused(slot);
}

void ClientProtocol::set_end(Session& session, std::chrono::milliseconds expires_in) {
  session.expires_tick = expires_in.count() > 0 ? io_.now_tick() + ticks_of(expires_in) : 0;
}

/// The next heartbeat is due, or the token ends, whichever is first.
void ClientProtocol::renew_deadline(std::uint32_t slot) {
  const Session& session = *io_.slab().at(slot).session;
  const std::uint32_t now = io_.now_tick();
  const std::uint32_t left = session.expires_tick > now ? session.expires_tick - now : 1;
  io_.set_deadline(slot, session.expires_tick == 0 ? session.deadline_ticks : std::min(session.deadline_ticks, left));
}

SessionRecord ClientProtocol::record_of(std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  const Session& session = *connection.session;
  return {session.uid, session.key, session.epoch, io_.id_of(slot), session.platform, edge_.ips.text(connection.ip)};
}

void ClientProtocol::begin_request(std::uint32_t slot, const wire::Packet& packet, std::int32_t reply_op) {
  Connection& connection = io_.slab().at(slot);
  connection.busy = true;
  connection.reply_op = reply_op;
  connection.reply_seq = packet.seq;
  connection.reply_version = packet.version;
}

void ClientProtocol::end_request(std::uint32_t slot, std::string_view body) {
  Connection& connection = io_.slab().at(slot);
  const ConnId id = io_.id_of(slot);
  connection.busy = false;
  reply(slot, {connection.reply_version, connection.reply_op, connection.reply_seq, body});
  if (live(id)) continue_reading(slot);
}

void ClientProtocol::reply(std::uint32_t slot, const wire::Packet& packet) {
  const Connection& connection = io_.slab().at(slot);
  io_.send(slot, Frame(codec_of(connection.dialect).reply(packet, connection.transport)));
}

ClientProtocol::Handler ClientProtocol::handler_of(std::int32_t op) {
  switch (op) {
    case wire::kOpHeartbeat:
    case wire::kOpHeartbeatReply:
      return &ClientProtocol::on_heartbeat;
    case wire::kOpRaw:
      return &ClientProtocol::on_batch;
    case wire::kOpChangeRoom:
      return &ClientProtocol::on_change_room;
    case wire::kOpSub:
      return &ClientProtocol::on_subscribe;
    case wire::kOpUnsub:
      return &ClientProtocol::on_unsubscribe;
    default:
      return &ClientProtocol::on_other;
  }
}

void ClientProtocol::on_packet(std::uint32_t slot, const wire::Packet& packet) {
  io_.stats().received_packets.add();
  if (packet_refused(slot, packet)) return;
  const Connection& connection = io_.slab().at(slot);
  if (connection.traced) [[unlikely]]
    io_.tracer().in(slot, packet);
  const bool v2 = connection.dialect == Dialect::kV2;
  if (connection.phase == Phase::kAuth) {
    if (packet.op == wire::kOpAuth) {
      on_auth(slot, packet);
    } else if (!v2) {
      io_.close(slot, CloseReason::kUnexpectedOp);
    }
    return;  // goim v2 ignores every other op until then
  }
  if (v2) {
    (this->*handler_of(packet.op))(slot, packet);
  } else {
    on_v1_request(slot, packet);
  }
}

void ClientProtocol::on_auth(std::uint32_t slot, const wire::Packet& packet) {
  // A comet that stood still finds logins of clients that have long gone elsewhere: carried out now, they would take
  // the session from the newer one.
  if (io_.peer_ended(slot)) {
    io_.drop(slot, CloseReason::kPeerClosed);
    return;
  }
  if (auth_refused(slot)) return;
  Connection& connection = io_.slab().at(slot);
  begin_request(slot, packet, wire::kOpAuthReply);
  connection.phase = Phase::kConnecting;
  ConnectAsk ask;
  ask.comet = control_.self();
  ask.conn = io_.id_of(slot);
  ask.asked = monotonic_now();
  ask.token = packet.body;
  if (connection.input) {
    ask.cookie = std::exchange(connection.input->cookie, {});
    ask.unchecked_origin = std::exchange(connection.input->unchecked_origin, {});
  }
  ask.client_ip = edge_.ips.text(connection.ip);
  ask.transport = transport_name(connection);
  ask.v1 = connection.dialect != Dialect::kV2;
  control_.ask_connect(std::move(ask));
}

void ClientProtocol::on_connect_result(ConnId id, Result<ConnectGrant> result) {
  const std::uint32_t slot = io_.slot_of(id);
  if (slot == ConnectionSlab::kNoSlot || io_.slab().at(slot).phase != Phase::kConnecting) {
    // The client left meanwhile: the router must not keep its session.
    if (result.ok()) control_.session_ended({result.value().uid, result.value().key, result.value().epoch, id, "", ""});
    return;
  }
  if (!result.ok()) {
    on_connect_refused(slot, result.error().code);
    return;
  }
  ConnectGrant grant = std::move(result).value();
  Connection& connection = io_.slab().at(slot);
  connection.session = std::make_unique<Session>();
  io_.stats().sessions.add();
  Session& session = *connection.session;
  session.uid = grant.uid;
  // Copied, not moved: what lives long stays in this thread's part of the heap, and the call's part can shrink again.
  session.key = std::string(std::string_view(grant.key));
  session.epoch = grant.epoch;
  session.accepts = grant.accepts.empty() ? nullptr : make_op_set(std::move(grant.accepts));
  session.deadline_ticks = ticks_of(grant.heartbeat * std::max(grant.heartbeat_max, 1));
  set_end(session, grant.expires_in);
  session.platform = std::string(std::string_view(grant.platform));
  connection.single_frames = grant.single_frames;
  if (user_refused(slot, grant.replaced.size())) return;
  connection.phase = Phase::kJoining;
  if (!valid_room_key(grant.room) || membership_.enter(slot, grant.room)) open(slot);
}

void ClientProtocol::open(std::uint32_t slot) {
  Connection& connection = io_.slab().at(slot);
  connection.phase = Phase::kOpen;
  io_.stats().authenticated.add();
  renew_deadline(slot);
  end_request(slot, {});
}

void ClientProtocol::on_room_ready(const std::string& room) {
  for (const ConnId id : membership_.on_room_ready(room)) {
    const std::uint32_t slot = io_.slot_of(id);
    if (slot == ConnectionSlab::kNoSlot) continue;
    const Connection& connection = io_.slab().at(slot);
    if (connection.phase == Phase::kJoining) {
      open(slot);
    } else if (connection.busy && connection.reply_op == wire::kOpChangeRoomReply) {
      end_request(slot, room);
    }
  }
}

void ClientProtocol::on_heartbeat(std::uint32_t slot, const wire::Packet& packet) {
  if (packet.op == wire::kOpHeartbeat) renew_deadline(slot);
  const std::string online = big_endian(membership_.online_of(slot));
  reply(slot, {packet.version, wire::kOpHeartbeatReply, packet.seq, online});
}

void ClientProtocol::on_batch(std::uint32_t slot, const wire::Packet& packet) {
  if (io_.slab().at(slot).transport == Transport::kTcp) return;
  reply(slot, {packet.version, wire::kOpRaw, packet.seq, {}});
}

void ClientProtocol::on_change_room(std::uint32_t slot, const wire::Packet& packet) {
  const wire::Packet answer{packet.version, wire::kOpChangeRoomReply, packet.seq, packet.body};
  Session& session = *io_.slab().at(slot).session;
  if (packet.body.empty()) {
    if (session.main_room.room != RoomLink::kNone) membership_.leave(slot, session.main_room);
    reply(slot, answer);
    return;
  }
  if (!valid_room_key(packet.body)) {
    io_.stats().bad_requests.add();
    reply(slot, answer);  // goim echoes even when the change failed
    return;
  }
  const std::string room(packet.body);
  if (membership_.main_room(slot) == room) {
    reply(slot, answer);
    return;
  }
  begin_request(slot, packet, wire::kOpChangeRoomReply);
  if (membership_.enter(slot, room)) end_request(slot, room);
}

void ClientProtocol::on_subscribe(std::uint32_t slot, const wire::Packet& packet) {
  Session& session = *io_.slab().at(slot).session;
  const auto ops = parse_op_list(packet.body);
  const OpSet grown = ops ? with_ops(session.accepts, *ops) : nullptr;
  if (grown) {
    session.accepts = grown;
  } else {
    io_.stats().bad_requests.add();
  }
  reply(slot, {packet.version, wire::kOpSubReply, packet.seq, packet.body});
}

void ClientProtocol::on_unsubscribe(std::uint32_t slot, const wire::Packet& packet) {
  Session& session = *io_.slab().at(slot).session;
  if (const auto ops = parse_op_list(packet.body)) {
    session.accepts = without_ops(session.accepts, *ops);
  } else {
    io_.stats().bad_requests.add();
  }
  reply(slot, {packet.version, wire::kOpUnsubReply, packet.seq, packet.body});
}

void ClientProtocol::on_other(std::uint32_t slot, const wire::Packet& packet) {
  begin_request(slot, packet, packet.op);
  const Connection& connection = io_.slab().at(slot);
  const Session& session = *connection.session;
  ReceiveAsk ask{session.uid, session.key, packet.version, packet.op, packet.seq, std::string(packet.body), {}, {}};
  if (packet.op == wire::kOpAuth) {
    ask.client_ip = edge_.ips.text(connection.ip);
    ask.transport = transport_name(connection);
  }
  control_.ask_receive(io_.id_of(slot), std::move(ask));
}

void ClientProtocol::on_receive_result(ConnId id, const ReceiveAnswer& answer) {
  const std::uint32_t slot = io_.slot_of(id);
  if (slot == ConnectionSlab::kNoSlot || !io_.slab().at(slot).busy) return;
  Connection& connection = io_.slab().at(slot);
  if (answer.op != 0) connection.reply_op = answer.op;
  if (answer.renewed) {
    set_end(*connection.session, answer.expires_in);
    renew_deadline(slot);
  }
  end_request(slot, answer.body);
}

}  // namespace im::comet
