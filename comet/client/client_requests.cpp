#include "comet/client/client_requests.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "comet/wire/op_list.hpp"
#include "common/base/reserved_room.hpp"
#include "common/base/room_key.hpp"

namespace im::comet {

namespace {

std::string big_endian(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  std::string bytes(4, '\0');
  for (int i = 0; i < 4; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>(bits >> (24 - 8 * i));
  return bytes;
}

}  // namespace

ClientRequests::Handler ClientRequests::handler_of(Request request) {
  static constexpr std::array<Handler, static_cast<std::size_t>(Request::kCount)> kHandlers{
      &ClientRequests::heartbeat,   &ClientRequests::online,  &ClientRequests::beat,        &ClientRequests::echo,
      &ClientRequests::say,         &ClientRequests::batch,   &ClientRequests::change_room, &ClientRequests::subscribe,
      &ClientRequests::unsubscribe, &ClientRequests::forward, &ClientRequests::close,
  };
  return kHandlers[static_cast<std::size_t>(request)];
}

void ClientRequests::on_packet(std::uint32_t place, const wire::Packet& packet) {
  const RequestRow& row = io_.slab().at(place).dialect->row_of(packet.op);
  (this->*handler_of(row.request))({place, packet, row});
}

void ClientRequests::before_login(std::uint32_t place, const wire::Packet& packet) {
  const Dialect& dialect = *io_.slab().at(place).dialect;
  const RequestRow& row = dialect.row_of(packet.op);
  if (row.request == Request::kSay) return say({place, packet, row});
  if (!dialect.early.empty()) conversation_.reply(place, {packet.version, wire::kOpReply, packet.seq, dialect.early});
}

void ClientRequests::refuse_large(std::uint32_t place, const wire::Packet& packet, std::size_t most) {
  const RequestRow& row = io_.slab().at(place).dialect->row_of(packet.op);
  io_.stats().bad_requests.add();
  const RequestFailure failure{4413, "too large: a request has at most " + std::to_string(most) + " bytes", 0};
  answer({place, packet, row}, row.failure(failure));
}

void ClientRequests::answer(const Asked& asked, std::string_view body) {
  const std::int32_t op = asked.row.reply_op != 0 ? asked.row.reply_op : asked.packet.op;
  conversation_.reply(asked.place, {asked.packet.version, op, asked.packet.seq, body});
}

void ClientRequests::heartbeat(const Asked& asked) {
  renew_deadline(io_, asked.place);
  online(asked);
}

void ClientRequests::online(const Asked& asked) { answer(asked, big_endian(membership_.online_of(asked.place))); }

void ClientRequests::beat(const Asked& asked) {
  renew_deadline(io_, asked.place);
  answer(asked, {});
}

void ClientRequests::echo(const Asked& asked) { answer(asked, asked.packet.body); }

void ClientRequests::say(const Asked& asked) { answer(asked, asked.row.text); }

void ClientRequests::batch(const Asked& asked) {
  if (io_.slab().at(asked.place).transport != Transport::kTcp) answer(asked, {});
}

void ClientRequests::change_room(const Asked& asked) {
  const std::string_view wanted = asked.packet.body;
  if (wanted.empty()) {
    membership_.leave_main(asked.place);
    return answer(asked, wanted);
  }
  if (!valid_room_key(wanted) || reserved_room(wanted)) {
    io_.stats().bad_requests.add();
    return answer(asked, wanted);  // goim echoes even when the change failed
  }
  const std::string room(wanted);
  if (membership_.main_room(asked.place) == room) return answer(asked, room);
  conversation_.begin(asked.place, asked.packet, asked.row.reply_op);
  if (membership_.enter(asked.place, room, JoinKind::kChange)) conversation_.end(asked.place, room);
}

void ClientRequests::on_room_ready(std::uint32_t place, const std::string& room) {
  if (io_.slab().at(place).busy) conversation_.end(place, room);
}

void ClientRequests::subscribe(const Asked& asked) {
  Session& session = *io_.slab().at(asked.place).session;
  auto ops = parse_op_list(asked.packet.body);
  const OpSet grown = ops ? with_ops(session.accepts, std::move(*ops)) : nullptr;
  if (grown) {
    session.accepts = grown;
  } else {
    io_.stats().bad_requests.add();
  }
  answer(asked, asked.packet.body);
}

void ClientRequests::unsubscribe(const Asked& asked) {
  Session& session = *io_.slab().at(asked.place).session;
  if (auto ops = parse_op_list(asked.packet.body)) {
    session.accepts = without_ops(session.accepts, std::move(*ops));
  } else {
    io_.stats().bad_requests.add();
  }
  answer(asked, asked.packet.body);
}

void ClientRequests::close(const Asked& asked) { io_.close(asked.place, CloseReason::kUnexpectedOp); }

/// The op is kept: its row says how the answer looks.
void ClientRequests::forward(const Asked& asked) {
  const wire::Packet& packet = asked.packet;
  conversation_.begin(asked.place, packet, packet.op);
  control_.ask_receive({caller_of(asked.place), packet.version, packet.op, packet.seq, std::string(packet.body)});
}

Caller ClientRequests::caller_of(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  const Session& session = *connection.session;
  Caller caller;
  caller.comet = control_.self();
  caller.conn = io_.id_of(place);
  caller.uid = session.uid;
  caller.key = session.key();
  caller.device = session.device();
  caller.epoch = session.epoch;
  caller.family = connection.dialect->family;
  caller.client_ip = edge_.ips.text(connection.ip);
  caller.transport = transport_name(connection);
  caller.said_hello = session.said_hello;
  return caller;
}

void ClientRequests::on_answer(ConnId id, const ReceiveAnswer& answer) {
  io_.assert_on_worker();
  const std::uint32_t place = io_.place_of(id);
  if (place == ConnectionSlab::kNoPlace || !io_.slab().at(place).busy) return;
  change_session(place, answer);
  Connection& connection = io_.slab().at(place);
  const RequestRow& row = connection.dialect->row_of(connection.reply_op);
  if (answer.failure && row.failure != nullptr) {
    connection.reply_op = row.reply_op;
    return conversation_.end(place, row.failure(*answer.failure));
  }
  if (answer.op != 0) {
    connection.reply_op = answer.op;
  } else if (row.reply_op != 0 && connection.session->said_hello) {
    connection.reply_op = row.reply_op;
  }
  conversation_.end(place, answer.failure ? std::string_view() : answer.body);
}

void ClientRequests::change_session(std::uint32_t place, const ReceiveAnswer& answer) {
  Connection& connection = io_.slab().at(place);
  Session& session = *connection.session;
  if (answer.hello) {
    const auto most = static_cast<std::uint32_t>(connection.dialect->limits.after_hello);
    session.said_hello = true;
    io_.stats().name_bytes.sub(session.names.heap_bytes());
    session.name(session.key(), answer.hello->device);
    io_.stats().name_bytes.add(session.names.heap_bytes());
    session.max_body = answer.hello->max_body == 0 ? most : std::min(answer.hello->max_body, most);
  }
  if (!answer.renewed) return;
  set_session_end(io_, session, answer.expires_in);
  session.token_key = io_.token_keys().number_of(answer.token_key);
  renew_deadline(io_, place);
}

}  // namespace im::comet
