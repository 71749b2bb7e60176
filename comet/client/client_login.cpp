#include "comet/client/client_login.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/base/room_key.hpp"

namespace im::comet {

namespace {
constexpr std::uint32_t kRefusedTicks = 2 * ConnectionIo::kTicksPerSecond;
}

void ClientLogin::begin(std::uint32_t place, const wire::Packet& packet) {
  // A comet that stood still finds logins of clients that have long gone elsewhere: carried out now, they would take
  // the session from the newer one.
  if (io_.peer_ended(place)) {
    io_.drop(place, CloseReason::kPeerClosed);
    return;
  }
  if (gate_.refuses_auth(place)) return;
  Connection& connection = io_.slab().at(place);
  conversation_.begin(place, packet, wire::kOpAuthReply);
  connection.phase = Phase::kConnecting;
  ConnectAsk ask;
  ask.comet = control_.self();
  ask.conn = io_.id_of(place);
  ask.asked = monotonic_now();
  ask.token = packet.body;
  if (connection.input) {
    ask.cookie = std::exchange(connection.input->cookie, {});
    ask.unchecked_origin = std::exchange(connection.input->unchecked_origin, {});
  }
  ask.client_ip = edge_.ips.text(connection.ip);
  ask.transport = transport_name(connection);
  ask.family = connection.dialect->family;
  control_.ask_connect(std::move(ask));
}

void ClientLogin::on_refused(std::uint32_t place, Error::Code code) {
  if (code == Error::Code::kOverloaded) {
    constexpr std::chrono::seconds kRetry{5};
    gate_.refuse(place, Refusal{Limit::kUserSessions, kRetry});
  } else if (code == Error::Code::kInvalid || code == Error::Code::kDenied) {
    if (!gate_.slows_refused(place)) return io_.close(place, CloseReason::kAuthRefused);
    // Closed when the deadline is over; what the client sends meanwhile stays unread.
    io_.slab().at(place).refused = true;
    io_.set_deadline(place, kRefusedTicks);
  } else {
    io_.close(place, CloseReason::kLogicUnavailable);
  }
}

void ClientLogin::on_result(ConnId id, Result<ConnectGrant> result) {
  io_.assert_on_worker();
  const std::uint32_t place = io_.place_of(id);
  if (place == ConnectionSlab::kNoPlace || io_.slab().at(place).phase != Phase::kConnecting) {
    // The client left meanwhile: the router must not keep its session.
    if (result.ok()) control_.session_ended({result.value().uid, result.value().key, result.value().epoch, id, "", ""});
    return;
  }
  if (!result.ok()) return on_refused(place, result.error().code);
  ConnectGrant grant = std::move(result).value();
  make_session(place, grant);
  if (gate_.refuses_user(place, grant.replaced.size())) return;
  io_.slab().at(place).phase = Phase::kJoining;
  if (!valid_room_key(grant.room) || membership_.enter(place, grant.room, JoinKind::kLogin)) open(place);
}

void ClientLogin::make_session(std::uint32_t place, ConnectGrant& grant) {
  Connection& connection = io_.slab().at(place);
  Session& session = connection.session.emplace();
  io_.stats().sessions.add();
  session.uid = grant.uid;
  // Copied, not moved: what lives long stays in this thread's part of the heap, and the call's part can shrink again.
  session.name(grant.key, {});
  io_.stats().name_bytes.add(session.names.heap_bytes());
  session.epoch = grant.epoch;
  session.accepts = grant.accepts.empty() ? nullptr : make_op_set(std::move(grant.accepts));
  session.deadline_ticks = ticks_of(grant.heartbeat * std::max(grant.heartbeat_max, 1));
  if (connection.transport == Transport::kPoll) session.deadline_ticks = poll_ticks_;
  set_session_end(io_, session, grant.expires_in);
  session.platform = intern(grant.platform);
  session.token_key = io_.token_keys().number_of(grant.token_key);
  connection.single_frames = grant.single_frames;
  if (connection.dialect->own_hello) {
    session.said_hello = true;
    session.max_body = static_cast<std::uint32_t>(connection.dialect->limits.after_hello);
  }
  if (grant.greeting.empty()) return;
  if (!connection.input) connection.input = std::make_unique<Input>();
  connection.input->greeting = std::move(grant.greeting);
}

void ClientLogin::on_room_ready(std::uint32_t place) {
  if (io_.slab().at(place).phase == Phase::kJoining) open(place);
}

void ClientLogin::open(std::uint32_t place) {
  io_.slab().at(place).phase = Phase::kOpen;
  io_.stats().authenticated.add();
  renew_deadline(io_, place);
  Connection& connection = io_.slab().at(place);
  const std::string greeting = connection.input ? std::exchange(connection.input->greeting, {}) : std::string();
  conversation_.end(place, greeting);
}

}  // namespace im::comet
