// A dialect is one value: this one is text over TCP-like messages, "op body", and goes through a whole session.

#include "common/ws/frame.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

std::optional<wire::Packet> parse_toy(std::string_view message, std::size_t max_body) {
  if (message.size() > max_body || message.size() < 2 || message[1] != ' ') return std::nullopt;
  const bool login = message[0] == 'l';
  return wire::Packet{
      .version = 0, .op = login ? std::int32_t{wire::kOpAuth} : message[0], .seq = 0, .body = message.substr(2)};
}

std::string toy_reply(const wire::Packet& packet, Transport) {
  return ws::frame(ws::Opcode::kText, std::to_string(packet.op) + " " + std::string(packet.body));
}

Frame toy_push(std::span<const PushMessage> messages, bool) {
  return Frame(ws::frame(ws::Opcode::kText, *messages.front().body));
}

std::string toy_failure(const RequestFailure& failure) { return "no: " + std::to_string(failure.code); }

constexpr std::array kToyRequests{
    RequestRow{.op = 'b', .request = Request::kBeat, .reply_op = 1},
    RequestRow{.op = 'e', .request = Request::kEcho, .reply_op = 2},
};

const Dialect kToy{
    .name = "toy",
    .family = ClientFamily::kGoimV2,
    .limits = {20, 20, 100},
    .envelope = 0,
    .text = true,
    .filtered = false,
    .strict = true,
    .requests = kToyRequests,
    .other = {.request = Request::kForward, .reply_op = 3, .failure = toy_failure},
    .parse = parse_toy,
    .reply = toy_reply,
    .push = toy_push,
};

class ToyDialect : public testing::Test {
 protected:
  void say(const std::string& text) {
    worker_.send(client_, std::string("\x81", 1) + static_cast<char>(0x80 | text.size()) + std::string(4, '\0') + text);
  }
  std::string heard() {
    std::string bytes = WorkerHarness::received(client_);
    return bytes.size() < 2 ? "" : bytes.substr(2);
  }
  void open() {
    client_ = worker_.connect(Transport::kWebSocket, kToy);
    worker_.send(client_,
                 "GET /sub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    WorkerHarness::received(client_);
  }

  WorkerHarness worker_;
  int client_ = -1;
};

TEST_F(ToyDialect, GoesThroughAWholeSession) {
  open();
  say("l token");
  ASSERT_EQ(worker_.control.connects.size(), 1U);
  EXPECT_EQ(worker_.control.connects[0].token, "token");
  worker_.grant("");
  EXPECT_EQ(heard(), "8 ");
  say("b ");
  EXPECT_EQ(heard(), "1 ");
  say("e hi");
  EXPECT_EQ(heard(), "2 hi");
  say("x ask");
  ReceiveAnswer failed;
  failed.failure = {4503, "down", 0};
  worker_.protocol.on_receive_result(worker_.control.receives.back().first, failed);
  EXPECT_EQ(heard(), "3 no: 4503");
}

TEST_F(ToyDialect, ItsLimitsAndItsStrictnessHold) {
  open();
  say("l 0123456789012345678");
  EXPECT_EQ(heard().substr(0, 2), "\x03\xf1");  // 1009
  open();
  say("b ");
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kUnexpectedOp)].value(), 1U);
}

}  // namespace
}  // namespace im::comet
