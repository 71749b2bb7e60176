#include "comet/client/conversation.hpp"

#include <algorithm>

namespace im::comet {

void Conversation::begin(std::uint32_t place, const wire::Packet& request, std::int32_t reply_op) {
  Connection& connection = io_.slab().at(place);
  connection.busy = true;
  connection.reply_op = reply_op;
  connection.reply_seq = request.seq;
  connection.reply_version = request.version;
}

void Conversation::end(std::uint32_t place, std::string_view body) {
  Connection& connection = io_.slab().at(place);
  const ConnId id = io_.id_of(place);
  connection.busy = false;
  reply(place, {connection.reply_version, connection.reply_op, connection.reply_seq, body});
  if (live(id)) go_on_(place);
}

void Conversation::reply(std::uint32_t place, const wire::Packet& packet) {
  const Connection& connection = io_.slab().at(place);
  io_.send(place, Frame(connection.dialect->reply(packet, connection.transport)));
}

std::uint32_t ticks_of(std::chrono::milliseconds time) {
  const std::int64_t ticks = time.count() * ConnectionIo::kTicksPerSecond / 1000;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ticks, 1, 1 << 30));
}

void set_session_end(ConnectionIo& io, Session& session, std::chrono::milliseconds expires_in) {
  session.expires_tick = expires_in.count() > 0 ? io.now_tick() + ticks_of(expires_in) : 0;
}

void renew_deadline(ConnectionIo& io, std::uint32_t place) {
  const Session& session = *io.slab().at(place).session;
  const std::uint32_t now = io.now_tick();
  const std::uint32_t left = session.expires_tick > now ? session.expires_tick - now : 1;
  io.set_deadline(place, session.expires_tick == 0 ? session.deadline_ticks : std::min(session.deadline_ticks, left));
}

const char* transport_name(const Connection& connection) {
  if (connection.transport == Transport::kPoll) return "poll";
  return connection.transport == Transport::kTcp ? "tcp" : "ws";
}

}  // namespace im::comet
