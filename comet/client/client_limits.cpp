// The limits of ClientProtocol: who may connect, authenticate and send, and how a refusal is told.

#include <algorithm>

#include "comet/client/client_protocol.hpp"

namespace im::comet {

/// WebSocket clients are told the seconds in the close frame (4008).
bool ClientProtocol::refuse(std::uint32_t slot, const Admission& admission) {
  if (!admission) return false;
  io_.stats().refuse(admission->limit);
  const auto wait = std::chrono::ceil<std::chrono::seconds>(admission->retry_after).count();
  const std::string text =
      "rate limited, retry after " + std::to_string(std::clamp<std::int64_t>(wait, 1, 3600)) + " s";
  io_.close(slot, CloseReason::kRateLimited, text);
  return true;
}

bool ClientProtocol::address_refused(std::uint32_t slot) {
  if (!edge_.addresses.active()) return false;
  Connection& connection = io_.slab().at(slot);
  const auto arrived = edge_.addresses.arrived(edge_.ips.address(connection.ip), monotonic_now());
  connection.counted = arrived.counted;
  return refuse(slot, arrived.refused);
}

void ClientProtocol::on_released(std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  if (connection.counted) edge_.addresses.left(edge_.ips.address(connection.ip));
}

bool ClientProtocol::auth_refused(std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  if (!connection.counted) return false;
  return refuse(slot, edge_.addresses.authenticates(edge_.ips.address(connection.ip), monotonic_now()));
}

void ClientProtocol::on_connect_refused(std::uint32_t slot, Error::Code code) {
  const Connection& connection = io_.slab().at(slot);
  if (code == Error::Code::kOverloaded) {
    constexpr std::chrono::seconds kRetry{5};
    refuse(slot, Refusal{Limit::kUserSessions, kRetry});
  } else if (code == Error::Code::kInvalid || code == Error::Code::kDenied) {
    if (connection.counted) edge_.addresses.auth_failed(edge_.ips.address(connection.ip), monotonic_now());
    io_.close(slot, CloseReason::kAuthRefused);
  } else {
    io_.close(slot, CloseReason::kLogicUnavailable);
  }
}

bool ClientProtocol::user_refused(std::uint32_t slot, std::size_t replaced) {
  if (!edge_.users.active()) return false;
  Connection& connection = io_.slab().at(slot);
  const auto entered = edge_.users.entered(connection.session->uid, replaced, monotonic_now());
  connection.user = entered.share;
  return refuse(slot, entered.refused);
}

/// A list of ops is parsed, sorted and merged: 256 bytes of it are charged like a packet.
bool ClientProtocol::packet_refused(std::uint32_t slot, const wire::Packet& packet) {
  const bool list = packet.op == wire::kOpSub || packet.op == wire::kOpUnsub;
  return message_refused(slot, list ? 1 + static_cast<std::uint32_t>(packet.body.size() / 256) : 1);
}

bool ClientProtocol::message_refused(std::uint32_t slot, std::uint32_t cost) {
  Connection& connection = io_.slab().at(slot);
  if (config_.messages.unlimited() && connection.user == nullptr) return false;
  const TimePoint now = monotonic_now();
  if (const auto wait = config_.messages.take(connection.messages, now, cost))
    return refuse(slot, Refusal{Limit::kConnectionMessages, *wait});
  return connection.user != nullptr && refuse(slot, edge_.users.message(*connection.user, now, cost));
}

}  // namespace im::comet
