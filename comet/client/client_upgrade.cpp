#include "comet/client/client_upgrade.hpp"

#include "common/base/utf8.hpp"

namespace im::comet {

namespace {
constexpr const char* kBadRequest = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kTooLong =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}  // namespace

ws::UpgradeRules ClientUpgrade::rules_of(const Connection& connection) const {
  if (connection.transport == Transport::kEcho) return {.path = "/", .origins = {}};
  return {connection.dialect->path, connection.dialect->guests ? page_origins_ : rules_.origins, rules_.deflate};
}

void ClientUpgrade::answer(std::uint32_t place, const ClientReader::Event& event) {
  Connection& connection = io_.slab().at(place);
  ws::UpgradeResult result = ws::upgrade(event.bytes, rules_of(connection));
  // A client that speaks before it has our answer is not a WebSocket client: it may be a smuggled request.
  if (event.early && result.accepted) {
    result.accepted = false;
    result.response = kBadRequest;
  }
  const ConnId id = io_.id_of(place);
  const Sent sent = io_.send(place, Frame(std::move(result.response)));
  if (sent == Sent::kClosed || io_.place_of(id) == ConnectionSlab::kNoPlace) return;
  if (!result.accepted) return io_.finish(place, CloseReason::kBadUpgrade);
  connection.phase = connection.transport == Transport::kEcho ? Phase::kOpen : Phase::kAuth;
  connection.deflate = result.deflate;
  if (connection.over_limit) return io_.close(place, CloseReason::kOverloaded);
  if (connection.dialect->guests) result.unchecked_origin.clear();
  keep_headers(connection, std::move(result));
}

void ClientUpgrade::too_long(std::uint32_t place) {
  const ConnId id = io_.id_of(place);
  io_.send(place, Frame(std::string(kTooLong)));
  if (io_.place_of(id) != ConnectionSlab::kNoPlace) io_.finish(place, CloseReason::kBadUpgrade);
}

/// Header values may hold any byte; one that is no UTF-8 was set by nobody and counts as absent.
void ClientUpgrade::keep_headers(Connection& connection, ws::UpgradeResult result) {
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

}  // namespace im::comet
