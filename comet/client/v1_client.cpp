// What goim v1 clients ask of ClientProtocol once they are authenticated.

#include "comet/client/client_protocol.hpp"
#include "comet/wire/v1_codec.hpp"

namespace im::comet {

void ClientProtocol::on_v1_request(std::uint32_t slot, const wire::Packet& packet) {
  switch (packet.op) {
    case wire::kOpHeartbeat:
      renew_deadline(slot);
      reply(slot, {packet.version, wire::kOpHeartbeatReply, packet.seq, {}});
      break;
    case wire::kOpSend:
      reply(slot, {packet.version, wire::kOpSendReply, packet.seq, packet.body});
      break;
    case v1::kOpTest:
      reply(slot, {packet.version, v1::kOpTestReply, packet.seq, v1::kTestReply});
      break;
    default:
      io_.close(slot, CloseReason::kUnexpectedOp);
  }
}

}  // namespace im::comet
