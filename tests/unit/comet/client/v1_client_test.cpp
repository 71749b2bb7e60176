// goim v1 clients of one worker, with socket pairs and no thread.

#include "comet/push/fan_out.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

class V1ClientTest : public testing::Test {
 protected:
  /// A client that keeps the borders of writes (SOCK_SEQPACKET): one received() is one write.
  int open(const Dialect& dialect, bool single_frames) {
    const int client = worker_.connect(Transport::kTcp, dialect, SOCK_SEQPACKET);
    worker_.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "5,1"));
    worker_.grant("v1://1", 5, single_frames);
    worker_.protocol.on_room_ready("v1://1");
    EXPECT_EQ(one_write(client), WorkerHarness::packet(wire::kOpAuthReply, 1));
    return client;
  }
  static std::string one_write(int client) {
    std::array<char, 4096> buffer;
    const ssize_t size = ::recv(client, buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }
  void push_room(const std::vector<std::string>& bodies) {
    DeliveryBatch batch;
    for (const auto& body : bodies) {
      PushDelivery delivery;
      delivery.scope = PushScope::kRoom;
      delivery.room = "v1://1";
      delivery.message = {1000, std::make_shared<const std::string>(body), 0};
      batch.deliveries.push_back(delivery);
    }
    fan_out_.apply(batch, monotonic_now());
    while (fan_out_.run_turn(monotonic_now())) {
    }
  }
  static std::string pushed(const std::string& body) {
    std::string out;
    wire::append_packet(out, {.version = 0, .op = 5, .seq = 0, .body = body});
    return out;
  }

  WorkerHarness worker_;
  FanOut fan_out_{0, 256, worker_.io, worker_.rooms, worker_.sweeps, worker_.membership};
};

// covers V17
TEST_F(V1ClientTest, SeedSdksGetOnePacketPerWriteOthersAllAtOnce) {
  const int seed = open(Dialect::kV1, true);
  const int other = open(Dialect::kV1, false);
  push_room({"a", "b", "c"});
  EXPECT_EQ(one_write(seed), pushed("a"));
  EXPECT_EQ(one_write(seed), pushed("b"));
  EXPECT_EQ(one_write(seed), pushed("c"));
  EXPECT_EQ(one_write(other), pushed("a") + pushed("b") + pushed("c"));
}

TEST_F(V1ClientTest, AnotherOpBeforeAuthCloses) {
  const int client = worker_.connect(Transport::kTcp, Dialect::kV1);
  worker_.send(client, WorkerHarness::packet(wire::kOpHeartbeat, 1));
  EXPECT_TRUE(WorkerHarness::at_end(client));
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kUnexpectedOp)].value(), 1U);
}

}  // namespace
}  // namespace im::comet
