#include "comet/client/client_probe.hpp"

#include <algorithm>

#include "comet/client/conversation.hpp"

namespace im::comet {

namespace {

constexpr std::uint32_t kProbeTicks = 30 * ConnectionIo::kTicksPerSecond;

bool is_probed(const Connection& connection) {
  return connection.dialect->probed && connection.transport == Transport::kWebSocket &&
         connection.phase == Phase::kOpen && connection.session;
}

}  // namespace

bool ClientProbe::ask(std::uint32_t place) {
  Connection& connection = io_.slab().at(place);
  if (!is_probed(connection) || connection.probed) return false;
  connection.probed = true;
  const ConnId id = io_.id_of(place);
  std::uint32_t wait = std::min(connection.session->deadline_ticks, kProbeTicks);
  if (const auto end = connection.session->expires_tick; end != 0) wait = std::min(wait, end - io_.now_tick());
  io_.send(place, Frame(ws::frame(ws::Opcode::kPing, "")));
  if (io_.place_of(id) != ConnectionSlab::kNoPlace) io_.set_deadline(place, wait);
  return true;
}

void ClientProbe::heard(std::uint32_t place) {
  Connection& connection = io_.slab().at(place);
  if (!is_probed(connection)) return;
  connection.probed = false;
  renew_deadline(io_, place);
}

}  // namespace im::comet
