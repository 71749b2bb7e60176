#include "comet/client/client_gate.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace im::comet {

void ClientGate::refuse(std::uint32_t place, const Refusal& refusal) {
  io_.stats().refuse(refusal.limit);
  const auto wait = std::chrono::ceil<std::chrono::seconds>(refusal.retry_after).count();
  const std::string text =
      "rate limited, retry after " + std::to_string(std::clamp<std::int64_t>(wait, 1, 3600)) + " s";
  io_.close(place, CloseReason::kRateLimited, text);
}

bool ClientGate::refused(std::uint32_t place, const Admission& admission) {
  if (admission) refuse(place, *admission);
  return admission.has_value();
}

bool ClientGate::refuses_address(std::uint32_t place) {
  if (!edge_.addresses.active()) return false;
  Connection& connection = io_.slab().at(place);
  const auto arrived = edge_.addresses.arrived(edge_.ips.address(connection.ip), monotonic_now());
  connection.counted = arrived.counted;
  return refused(place, arrived.refused);
}

void ClientGate::released(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  if (connection.counted) edge_.addresses.left(edge_.ips.address(connection.ip));
}

bool ClientGate::refuses_auth(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  if (!connection.counted) return false;
  return refused(place, edge_.addresses.authenticates(edge_.ips.address(connection.ip), monotonic_now()));
}

bool ClientGate::slows_refused(std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  if (!connection.counted) return false;
  const bool slowed = edge_.addresses.auth_failed(edge_.ips.address(connection.ip), monotonic_now());
  if (slowed) io_.stats().refuse(Limit::kAddressAuthFailures);
  return slowed;
}

bool ClientGate::refuses_user(std::uint32_t place, std::size_t replaced) {
  if (!edge_.users.active()) return false;
  Connection& connection = io_.slab().at(place);
  const auto entered = edge_.users.entered(connection.session->uid, replaced, monotonic_now());
  connection.user = entered.share;
  return refused(place, entered.refused);
}

void ClientGate::session_ended(std::uint32_t place) {
  UserShare*& user = io_.slab().at(place).user;
  if (user != nullptr) edge_.users.left(*std::exchange(user, nullptr));
}

bool ClientGate::refuses_message(std::uint32_t place, std::uint32_t cost) {
  Connection& connection = io_.slab().at(place);
  if (messages_.unlimited() && connection.user == nullptr) return false;
  const TimePoint now = monotonic_now();
  if (const auto wait = messages_.take(connection.messages, now, cost)) {
    refuse(place, Refusal{Limit::kConnectionMessages, *wait});
    return true;
  }
  return connection.user != nullptr && refused(place, edge_.users.message(*connection.user, now, cost));
}

}  // namespace im::comet
