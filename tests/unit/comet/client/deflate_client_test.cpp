// permessage-deflate from the upgrade to a push: socket pairs, no thread.

#include "comet/push/fan_out.hpp"
#include "common/ws/deflate.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

constexpr const char* kOffer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
constexpr const char* kAgreed =
    "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";

class DeflateClient : public testing::Test {
 protected:
  explicit DeflateClient(bool on = true) : worker_({}, {.upgrade = {.path = "/sub", .origins = {}, .deflate = on}}) {}

  /// Upgraded; what came as the answer.
  int upgraded(const std::string& extra, std::string& answer) {
    const int client = worker_.connect(Transport::kWebSocket);
    worker_.send(client, upgrade_request(extra));
    answer = WorkerHarness::received(client);
    return client;
  }
  int open(const std::string& extra, std::int64_t uid) {
    std::string answer;
    const int client = upgraded(extra, answer);
    EXPECT_EQ(answer.find(kAgreed) != std::string::npos, !extra.empty()) << answer;
    worker_.send(client, extra.empty() ? masked(auth()) : packed(auth()));
    worker_.grant("live://1", uid);
    worker_.protocol.on_room_ready("live://1");
    WorkerHarness::received(client);
    return client;
  }
  std::string packed(const std::string& payload) { return masked(std::string(deflater_.deflate(payload)), '\xc2'); }
  void push(const std::string& body) {
    PushDelivery delivery;
    delivery.scope = PushScope::kRoom;
    delivery.room = "live://1";
    delivery.message.operation = 1000;
    delivery.message.body = std::make_shared<const std::string>(body);
    DeliveryBatch batch;
    batch.deliveries.push_back(std::move(delivery));
    fan_out_.apply(batch, monotonic_now());
    while (fan_out_.run_turn(monotonic_now())) {
    }
  }
  /// What a server frame says.
  std::string text_of(const std::string& frame) {
    const ws::ServerFrame one = ws::read_server_frame(frame);
    EXPECT_EQ(one.header + one.size, frame.size());
    const std::string_view payload = std::string_view(frame).substr(one.header);
    if ((static_cast<unsigned char>(frame[0]) & ws::kRsv1) == 0) return std::string(payload);
    EXPECT_EQ(inflater_.inflate(payload, 1U << 20), ws::Inflater::Outcome::kDone);
    return std::string(inflater_.text());
  }

  WorkerHarness worker_;
  FanOut fan_out_{0, 256, worker_.io, worker_.rooms, worker_.sweeps, worker_.membership};
  ws::Deflater deflater_;
  ws::Inflater inflater_;
};

TEST_F(DeflateClient, APushIsCompressedOnceForThoseWhoAgreed) {
  const int first = open(kOffer, 1), second = open(kOffer, 2), plain = open("", 3);
  const std::string body(2000, 'b');
  push(body);
  const std::string compressed = WorkerHarness::received(first), other = WorkerHarness::received(plain);
  EXPECT_EQ(static_cast<unsigned char>(compressed[0]), 0x80 | ws::kRsv1 | 2);
  EXPECT_LT(compressed.size(), 100U);
  EXPECT_EQ(WorkerHarness::received(second), compressed);
  EXPECT_EQ(static_cast<unsigned char>(other[0]), 0x80 | 2);
  EXPECT_EQ(text_of(compressed), text_of(other));
  EXPECT_NE(text_of(other).find(body), std::string::npos);
}

TEST_F(DeflateClient, ACompressedRequestIsAnsweredAsAnother) {
  const int client = open(kOffer, 1);
  const std::string heartbeat = WorkerHarness::packet(wire::kOpHeartbeat, 7);
  worker_.send(client, masked(heartbeat));
  const std::string answer = WorkerHarness::received(client);
  EXPECT_FALSE(answer.empty());
  worker_.send(client, packed(heartbeat));
  EXPECT_EQ(WorkerHarness::received(client), answer);
}

TEST_F(DeflateClient, ABombAndRubbishEndTheConnection) {
  const int bomb = open(kOffer, 1);
  // 100 KB in about 100 bytes: over the limit of a packet, and of the ratio.
  worker_.send(bomb, packed(std::string(100'000, '\0')));
  std::string said = WorkerHarness::received(bomb);
  ASSERT_GE(said.size(), 4U);
  EXPECT_EQ(said.substr(2, 2), "\x03\xf1") << "1009";
  const int rubbish = open(kOffer, 2);
  worker_.send(rubbish, masked("\xff\xff\xff\xff", '\xc2'));
  said = WorkerHarness::received(rubbish);
  ASSERT_GE(said.size(), 4U);
  EXPECT_EQ(said.substr(2, 2), "\x03\xef") << "1007";
  EXPECT_EQ(closed_for(worker_, CloseReason::kBadFrame), 2U);
}

class NoDeflateClient : public DeflateClient {
 protected:
  NoDeflateClient() : DeflateClient(false) {}
};

TEST_F(NoDeflateClient, NothingIsAgreedAndRsv1IsAFault) {
  std::string answer;
  const int client = upgraded(kOffer, answer);
  EXPECT_NE(answer.find(" 101 "), std::string::npos);
  EXPECT_EQ(answer.find("Extensions"), std::string::npos);
  worker_.send(client, packed(auth()));
  EXPECT_EQ(closed_for(worker_, CloseReason::kBadFrame), 1U);
}

}  // namespace
}  // namespace im::comet
