// How a connection comes to its end in ClientProtocol.

#include <utility>

#include "comet/client/client_protocol.hpp"

namespace im::comet {

void ClientProtocol::on_deadline(std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  if (connection.phase != Phase::kOpen || connection.session == nullptr) {
    io_.close(slot, CloseReason::kHandshakeTimeout);
    return;
  }
  const std::uint32_t expires = connection.session->expires_tick;
  const bool expired = expires != 0 && io_.now_tick() >= expires;
  io_.close(slot, expired ? CloseReason::kTokenExpired : CloseReason::kHeartbeatTimeout);
}

void ClientProtocol::on_closing(std::uint32_t slot, CloseReason reason) {
  Connection& connection = io_.slab().at(slot);
  if (std::exchange(connection.traced, false)) io_.tracer().closed(slot, reason);
  if (connection.phase == Phase::kConnecting) control_.connect_abandoned(io_.id_of(slot));
  if (connection.session == nullptr) return;
  membership_.leave_all(slot);
  io_.stats().sessions.sub();
  control_.session_ended(record_of(slot));
  UserShare*& user = io_.slab().at(slot).user;
  if (user != nullptr) edge_.users.left(*std::exchange(user, nullptr));
}

void ClientProtocol::on_peer_ended(std::uint32_t slot) {
  const Phase phase = io_.slab().at(slot).phase;
  if (phase == Phase::kConnecting || phase == Phase::kJoining) io_.drop(slot, CloseReason::kPeerClosed);
}

}  // namespace im::comet
