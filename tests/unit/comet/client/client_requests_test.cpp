// Ops 100 to 102: hello, its limits, and what a failure looks like.

#include "tests/unit/comet/comet_fakes.hpp"
#include "tests/unit/ws/frames.hpp"

namespace im::comet {
namespace {

const ReceiveAnswer kHello{R"({"ok":true})", wire::kOpReply, false, {}, {}, {}, HelloGrant{"phone", 0}};

class ClientRequestsTest : public testing::Test {
 protected:
  void answer(const ReceiveAnswer& answer) {
    worker_.protocol.on_receive_result(worker_.control.receives.back().first, answer);
    worker_.pump();
  }
  static ReceiveAnswer failed(RequestFailure failure) {
    ReceiveAnswer answer;
    answer.failure = std::move(failure);
    return answer;
  }
  int open_with_hello() {
    const int client = worker_.open_tcp();
    worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 1, R"({"cmd":"hello"})"));
    answer(kHello);
    EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpReply, 1, R"({"ok":true})"));
    return client;
  }

  WorkerHarness worker_;
};

// covers R05
TEST_F(ClientRequestsTest, LogicIsToldWhoseRequestItIs) {
  const int client = worker_.open_tcp("", 5);
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 9, "{}"));
  ASSERT_EQ(worker_.control.receives.size(), 1U);
  const ReceiveAsk& ask = worker_.control.receives[0].second;
  EXPECT_EQ(ask.op, wire::kOpRequest);
  EXPECT_EQ(ask.seq, 9);
  EXPECT_EQ(ask.caller.uid, Uid(5));
  EXPECT_EQ(ask.caller.key, "key-5");
  EXPECT_EQ(ask.caller.epoch, SessionEpoch(5));
  EXPECT_EQ(ask.caller.comet.epoch, InstanceEpoch(70));
  EXPECT_EQ(ask.caller.transport, "tcp");
  EXPECT_FALSE(ask.caller.said_hello);
}

TEST_F(ClientRequestsTest, HelloIsKeptAndTold) {
  const int client = open_with_hello();
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 2, "{}"));
  EXPECT_TRUE(worker_.control.receives.back().second.caller.said_hello);
  EXPECT_EQ(worker_.control.receives.back().second.caller.device, "phone");
}

// covers R02
TEST_F(ClientRequestsTest, AFailedRequestIsNeverAnsweredEmpty) {
  const int client = open_with_hello();
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 2, "{}"));
  answer(failed({4403, "not \"yours\"", 0}));
  EXPECT_EQ(WorkerHarness::received(client),
            WorkerHarness::packet(wire::kOpReply, 2, R"({"ok":false,"code":4403,"error":"not \"yours\""})"));
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 3, "{}"));
  answer(failed(failure_of(Error{Error::Code::kUnavailable, "10.1.1.1: connection refused"})));
  EXPECT_EQ(WorkerHarness::received(client),
            WorkerHarness::packet(wire::kOpReply, 3,
                                  R"({"ok":false,"code":4503,"error":"not available at the moment","retry_ms":1000})"));
}

TEST_F(ClientRequestsTest, AFailedHelloIsSaidToo) {
  const int client = worker_.open_tcp();
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 1, R"({"cmd":"hello"})"));
  answer(failed({4503, "down", 500}));
  EXPECT_EQ(WorkerHarness::received(client),
            WorkerHarness::packet(wire::kOpReply, 1, R"({"ok":false,"code":4503,"error":"down","retry_ms":500})"));
}

// covers R02
TEST_F(ClientRequestsTest, OfGoimsOpsAFailureLooksAsInGoim) {
  const int client = open_with_hello();
  worker_.send(client, WorkerHarness::packet(4, 7, "x"));
  answer(failed({4503, "down", 500}));
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(4, 7));
}

// covers R01
TEST_F(ClientRequestsTest, BeforeHelloOp100IsAnOpOfGoim) {
  const int client = worker_.open_tcp();
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 7, "x"));
  answer({});
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpRequest, 7));
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 8, std::string(4097, 'x')));
  EXPECT_TRUE(WorkerHarness::at_end(client));
}

// covers R03
TEST_F(ClientRequestsTest, AfterHelloBodiesMayBeLarger) {
  const int client = open_with_hello();
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 2, std::string(65536, 'x')));
  ASSERT_EQ(worker_.control.receives.size(), 2U);
  EXPECT_EQ(worker_.control.receives[1].second.body.size(), 65536U);
  answer({"{}", wire::kOpReply, false, {}, {}, {}});
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpReply, 2, "{}"));
}

constexpr const char* kTooLarge = R"({"ok":false,"code":4413,"error":"too large: a request has at most 65536 bytes"})";

// covers R03
TEST_F(ClientRequestsTest, ARequestOverTheLimitIsRefusedAndTheConnectionGoesOn) {
  const int client = open_with_hello();
  const std::string over = WorkerHarness::packet(wire::kOpRequest, 3, std::string(70000, 'x'));
  worker_.send(client, over.substr(0, wire::kHeaderSize));  // seen before its body comes
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpReply, 3, kTooLarge));
  const Connection& connection = worker_.io.slab().at(worker_.last_place);
  for (std::size_t at = wire::kHeaderSize; at < over.size(); at += 5000) {
    worker_.send(client, over.substr(at, 5000));
    const Input* input = connection.input.get();
    EXPECT_TRUE(input == nullptr || input->bytes.empty()) << "it is not kept";
  }
  EXPECT_EQ(connection.input, nullptr);
  EXPECT_EQ(worker_.control.receives.size(), 1U) << "logic heard of hello alone";
  worker_.send(client, WorkerHarness::packet(wire::kOpRequest, 4, "{}"));
  ASSERT_EQ(worker_.control.receives.size(), 2U);
  EXPECT_EQ(worker_.control.receives[1].second.seq, 4);
}

TEST_F(ClientRequestsTest, OverTheHardBoundItEndsTheConnection) {
  const int client = open_with_hello();
  const std::string over = WorkerHarness::packet(wire::kOpRequest, 3, std::string((1U << 20) + 1, 'x'));
  worker_.send(client, over.substr(0, wire::kHeaderSize));
  EXPECT_TRUE(WorkerHarness::at_end(client));
}

TEST_F(ClientRequestsTest, AnotherOpOverTheLimitEndsTheConnection) {
  const int client = open_with_hello();
  worker_.send(client, WorkerHarness::packet(4, 3, std::string(65537, 'x')).substr(0, wire::kHeaderSize));
  EXPECT_TRUE(WorkerHarness::at_end(client));
}

TEST_F(ClientRequestsTest, OverWebSocketTooInFramesAndPieces) {
  const int client = worker_.connect(Transport::kWebSocket);
  worker_.send(client, upgrade_request());
  worker_.send(client, ws::client_frame(ws::Opcode::kBinary, auth()));
  worker_.grant("", 1);
  worker_.send(client, ws::client_frame(ws::Opcode::kBinary, WorkerHarness::packet(wire::kOpRequest, 1, "{}")));
  answer(kHello);
  WorkerHarness::received(client);
  const std::string over = WorkerHarness::packet(wire::kOpRequest, 3, std::string(70000, 'x'));
  worker_.send(client, ws::client_frame(0x02, over.substr(0, 10)) + ws::client_frame(0x00, over.substr(10, 60000)));
  EXPECT_EQ(WorkerHarness::received(client), "");
  const std::string last = ws::client_frame(0x80, over.substr(60010));
  worker_.send(client, last.substr(0, 4000));
  EXPECT_NE(WorkerHarness::received(client).find(kTooLarge), std::string::npos);
  worker_.send(client, last.substr(4000));
  EXPECT_EQ(worker_.io.slab().at(worker_.last_place).input, nullptr);
  worker_.send(client, ws::client_frame(ws::Opcode::kBinary, WorkerHarness::packet(wire::kOpRequest, 4, "{}")));
  ASSERT_EQ(worker_.control.receives.size(), 2U);
  EXPECT_EQ(worker_.control.receives[1].second.seq, 4);
}

// covers R04
TEST_F(ClientRequestsTest, OneRequestIsUnderWayAndTheyKeepTheirOrder) {
  const int client = open_with_hello();
  worker_.send(client,
               WorkerHarness::packet(wire::kOpRequest, 2, "a") + WorkerHarness::packet(wire::kOpRequest, 3, "b"));
  ASSERT_EQ(worker_.control.receives.size(), 2U);  // hello and a
  answer({"1", 0, false, {}, {}, {}});
  ASSERT_EQ(worker_.control.receives.size(), 3U);
  answer({"2", 0, false, {}, {}, {}});
  EXPECT_EQ(WorkerHarness::received(client),
            WorkerHarness::packet(wire::kOpReply, 2, "1") + WorkerHarness::packet(wire::kOpReply, 3, "2"));
}

TEST_F(ClientRequestsTest, AfterHelloAnIdleConnectionHoldsNoBuffers) {
  open_with_hello();
  const Connection& connection = worker_.io.slab().at(worker_.last_place);
  EXPECT_EQ(connection.input, nullptr);
  EXPECT_EQ(connection.outbox, nullptr);
  EXPECT_LE(sizeof(Connection) + sizeof(Session), 400U);
}

}  // namespace
}  // namespace im::comet
