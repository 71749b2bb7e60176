#include "comet/wire/dialect.hpp"

#include <algorithm>
#include <array>

#include "comet/wire/v1_codec.hpp"
#include "comet/wire/webim_codec.hpp"
#include "common/ws/frame.hpp"

namespace im::comet {

namespace {

constexpr std::size_t kMaxBody = 64 * 1024;      // after hello; of JSON messages too
constexpr std::size_t kMaxRefused = 1U << 20;    // decision 100
constexpr std::uint32_t kOpsCharge = 256;        // a list of ops is parsed, sorted and merged
constexpr std::size_t kMaxLoginJson = 8 * 1024;  // a token and the object around it

std::optional<wire::Packet> parse_packet(std::string_view message, std::size_t max_body) {
  const wire::Parsed parsed = wire::parse_message(message, max_body);
  return parsed.status == wire::ParseStatus::kPacket ? std::optional(parsed.packet) : std::nullopt;
}

std::string packet_reply(const wire::Packet& packet, Transport transport) {
  std::string bytes;
  if (transport != Transport::kTcp) {
    char header[ws::kMaxServerHeader];
    bytes.assign(header, ws::write_header(header, ws::Opcode::kBinary, wire::kHeaderSize + packet.body.size()));
  }
  wire::append_packet(bytes, packet);
  return bytes;
}

Frame v2_push(std::span<const PushMessage> messages, bool) {
  PushFrameBuilder builder;
  for (const PushMessage& message : messages) builder.add(message);
  return std::move(builder).finish();
}

constexpr std::array kV2Requests{
    RequestRow{.op = wire::kOpHeartbeat, .request = Request::kHeartbeat, .reply_op = wire::kOpHeartbeatReply},
    RequestRow{.op = wire::kOpHeartbeatReply, .request = Request::kOnline, .reply_op = wire::kOpHeartbeatReply},
    RequestRow{.op = wire::kOpRaw, .request = Request::kBatch, .reply_op = wire::kOpRaw},
    RequestRow{.op = wire::kOpChangeRoom, .request = Request::kChangeRoom, .reply_op = wire::kOpChangeRoomReply},
    RequestRow{.op = wire::kOpSub, .request = Request::kSubscribe, .reply_op = wire::kOpSubReply, .charge = kOpsCharge},
    RequestRow{
        .op = wire::kOpUnsub, .request = Request::kUnsubscribe, .reply_op = wire::kOpUnsubReply, .charge = kOpsCharge},
    RequestRow{
        .op = wire::kOpRequest, .request = Request::kForward, .reply_op = wire::kOpReply, .failure = coded_failure},
};

constexpr std::array kV1Requests{
    RequestRow{.op = wire::kOpHeartbeat, .request = Request::kBeat, .reply_op = wire::kOpHeartbeatReply},
    RequestRow{.op = wire::kOpSend, .request = Request::kEcho, .reply_op = wire::kOpSendReply},
    RequestRow{.op = v1::kOpTest, .request = Request::kSay, .reply_op = v1::kOpTestReply, .text = v1::kTestReply},
};

constexpr std::size_t kMaxPage = 2U << 20;  // the old page may send that much; what is over 64 KiB is refused in words

constexpr std::array kWebimRequests{
    RequestRow{.op = wire::kOpAuth, .request = Request::kSay, .text = webim::kLoggedIn},
    RequestRow{.op = wire::kOpRequest, .request = Request::kForward, .failure = webim::failure},
    RequestRow{.op = webim::kOpActive, .request = Request::kBeat},
    RequestRow{.op = webim::kOpNoCommand, .request = Request::kSay, .text = webim::kNoCommand},
    RequestRow{.op = webim::kOpUnknown, .request = Request::kSay, .text = webim::kUnknown},
    RequestRow{.op = webim::kOpTooLong, .request = Request::kSay, .text = webim::kTooLong},
};

}  // namespace

constinit const Dialect Dialect::kV2{
    .name = "goim v2",
    .family = ClientFamily::kGoimV2,
    .limits = {wire::kMaxBodyV2, wire::kMaxBodyV2, kMaxBody, kMaxRefused},
    .envelope = wire::kHeaderSize,
    .text = false,
    .filtered = true,
    .strict = false,
    .polls = "POST /poll ",
    .requests = kV2Requests,
    .other = {.request = Request::kForward},
    .parse = parse_packet,
    .reply = packet_reply,
    .push = v2_push,
};

constinit const Dialect Dialect::kV1{
    .name = "goim v1",
    .family = ClientFamily::kGoimV1,
    .limits = {wire::kMaxBodyV1, wire::kMaxBodyV1, wire::kMaxBodyV1},
    .envelope = wire::kHeaderSize,
    .text = false,
    .filtered = false,
    .strict = true,
    .requests = kV1Requests,
    .other = {},
    .parse = parse_packet,
    .reply = packet_reply,
    .push = v1::tcp_push,
};

constinit const Dialect Dialect::kV1Array{
    .name = "goim v1.2 JSON",
    .family = ClientFamily::kGoimV1,
    .limits = {kMaxLoginJson, kMaxBody, kMaxBody},
    .envelope = 0,
    .text = true,
    .filtered = false,
    .strict = true,
    .requests = kV1Requests,
    .other = {},
    .parse = v1::parse_json,
    .reply = v1::array_reply,
    .push = v1::array_push,
};

constinit const Dialect Dialect::kV1Object{
    .name = "goim v1.0 JSON",
    .family = ClientFamily::kGoimV1,
    .limits = {kMaxLoginJson, kMaxBody, kMaxBody},
    .envelope = 0,
    .text = true,
    .filtered = false,
    .strict = true,
    .requests = kV1Requests,
    .other = {},
    .parse = v1::parse_json,
    .reply = v1::object_reply,
    .push = v1::object_push,
};

constinit const Dialect Dialect::kWebim{
    .name = "WebIM",
    .family = ClientFamily::kWebim,
    .limits = {kMaxBody, kMaxPage, kMaxPage},
    .envelope = 0,
    .text = true,
    .filtered = true,
    .strict = false,
    .early = webim::kLoginFirst,
    .own_hello = true,
    .path = "/",
    .polls = "POST ",
    .probed = true,
    .guests = true,
    .requests = kWebimRequests,
    .other = {},
    .parse = webim::parse,
    .reply = webim::reply,
    .push = webim::push,
};

const RequestRow& Dialect::row_of(std::int32_t op) const {
  const auto row = std::find_if(requests.begin(), requests.end(), [op](const RequestRow& one) { return one.op == op; });
  return row == requests.end() ? other : *row;
}

}  // namespace im::comet
