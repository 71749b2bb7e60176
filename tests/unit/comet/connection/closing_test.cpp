// How a connection ends on the wire: what a browser still gets to see.

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

std::string close_of(int code, const std::string& why) {
  return ws::close_frame(static_cast<ws::CloseCode>(code), why);
}

class ClosingTest : public testing::Test {
 protected:
  /// A WebSocket client that is logged in; `id_` is its connection.
  int open(WorkerHarness& worker) {
    const int client = worker.connect(Transport::kWebSocket);
    id_ = worker.io.id_of(worker.last_place);
    worker.send(client, upgrade_request());
    worker.send(client, masked(auth()));
    worker.grant("");
    WorkerHarness::received(client);
    return client;
  }
  static std::uint32_t place(WorkerHarness& worker, ConnId id) { return worker.io.place_of(id); }
  ConnId id_;
};

TEST_F(ClosingTest, OurSideStaysOpenUntilTheClientHasAnsweredTheClose) {
  WorkerHarness worker;
  const int client = open(worker);
  worker.io.close(place(worker, id_), CloseReason::kKicked);
  EXPECT_EQ(WorkerHarness::received(client), close_of(4002, "kicked"));
  EXPECT_FALSE(WorkerHarness::at_end(client)) << "a browser calls that unclean";
  worker.send(client, masked("\x0f\xa2", '\x88'));
  EXPECT_TRUE(WorkerHarness::at_end(client));
  EXPECT_EQ(worker.io.slab().size(), 0U);
  EXPECT_EQ(closed_for(worker, CloseReason::kKicked), 1U);
  EXPECT_EQ(closed_for(worker, CloseReason::kPeerClosed), 0U);
}

TEST_F(ClosingTest, WhoNeverAnswersIsDroppedAfterTheLinger) {
  WorkerHarness worker({.linger_ticks = 8});
  const int client = open(worker);
  worker.io.close(place(worker, id_), CloseReason::kKicked);
  WorkerHarness::received(client);
  worker.send(client, masked("more", '\x82'));
  worker.io.advance_clock(7);
  EXPECT_FALSE(WorkerHarness::at_end(client));
  worker.io.advance_clock(9);
  EXPECT_EQ(worker.io.slab().size(), 0U);
}

TEST_F(ClosingTest, TheAnswerToAClientsCloseEndsOurSide) {
  WorkerHarness worker;
  const int client = open(worker);
  worker.send(client, masked("\x03\xe8", '\x88'));
  EXPECT_EQ(WorkerHarness::received(client), ws::close_frame(ws::CloseCode::kNormal));
  EXPECT_TRUE(WorkerHarness::at_end(client));
}

TEST_F(ClosingTest, ASlowReaderGetsTheFrameThatWasBegunAndThenTheReason) {
  WorkerHarness worker({.outbox_limit = 1000});
  const int client = open(worker);
  const auto frame = [](char letter, std::size_t size) {
    return Frame(ws::frame(ws::Opcode::kBinary, std::string(size, letter)));
  };
  ASSERT_EQ(worker.io.send(place(worker, id_), frame('a', 4U << 20)), Sent::kQueued);
  EXPECT_EQ(worker.io.send(place(worker, id_), frame('b', 2000)), Sent::kClosed);
  EXPECT_EQ(worker.io.send(place(worker, id_), frame('c', 10)), Sent::kClosed) << "nothing follows a close frame";
  EXPECT_EQ(closed_for(worker, CloseReason::kSlowConsumer), 1U);
  std::string got;
  for (int i = 0; i < 1000 && got.size() < (4U << 20); ++i) {
    got += WorkerHarness::received(client);
    worker.pump();
  }
  got += WorkerHarness::received(client);
  const std::string whole = ws::frame(ws::Opcode::kBinary, std::string(4U << 20, 'a'));
  ASSERT_EQ(got.size(), whole.size() + close_of(4003, "slow consumer").size());
  EXPECT_TRUE(got.starts_with(whole));
  EXPECT_TRUE(got.ends_with(close_of(4003, "slow consumer")));
}

TEST_F(ClosingTest, FramesThatWereNotBegunGiveWayToTheReason) {
  WorkerHarness worker({.outbox_limit = 1000});
  const int client = open(worker);
  const auto small = Frame(ws::frame(ws::Opcode::kBinary, std::string(600, 'x')));
  ASSERT_EQ(worker.io.gather(place(worker, id_), small), Sent::kQueued);
  EXPECT_EQ(worker.io.gather(place(worker, id_), small), Sent::kClosed);
  worker.io.flush_gathered();
  EXPECT_EQ(WorkerHarness::received(client), close_of(4003, "slow consumer"));
}

TEST_F(ClosingTest, OneTooManyIsToldSoOnceItSpeaksWebSocket) {
  WorkerHarness worker;
  const int client = worker.arrive({.transport = Transport::kWebSocket, .over_limit = true});
  worker.send(client, upgrade_request());
  const std::string got = WorkerHarness::received(client);
  EXPECT_TRUE(got.starts_with("HTTP/1.1 101 ")) << got;
  EXPECT_TRUE(got.ends_with(close_of(1013, "try again later")));
  worker.send(client, masked(auth()));
  EXPECT_TRUE(worker.control.connects.empty());
  EXPECT_EQ(closed_for(worker, CloseReason::kOverloaded), 1U);
}

TEST_F(ClosingTest, ARefusedUpgradeIsAnsweredAndNotResetOverUnreadBytes) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kWebSocket);
  worker.send(client, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  worker.send(client, std::string(50'000, 'z'));
  EXPECT_TRUE(WorkerHarness::received(client).starts_with("HTTP/1.1 4"));
  EXPECT_TRUE(WorkerHarness::at_end(client)) << "an end, no reset";
  ::shutdown(client, SHUT_WR);
  worker.pump();
  EXPECT_EQ(worker.io.slab().size(), 0U);
}

TEST_F(ClosingTest, AHeadOfMoreThan8KiBIs431HoweverItComes) {
  for (const std::size_t size : {8200, 8900, 20000}) {
    WorkerHarness worker;
    const int client = worker.connect(Transport::kWebSocket);
    worker.send(client, upgrade_request("X: " + std::string(size, 'x') + "\r\n"));
    EXPECT_TRUE(WorkerHarness::received(client).starts_with("HTTP/1.1 431 ")) << size;
  }
}

}  // namespace
}  // namespace im::comet
