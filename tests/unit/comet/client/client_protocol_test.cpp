#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

// covers W05
TEST(ClientProtocol, TheCookieOfTheUpgradeGoesToLogicWithTheToken) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kWebSocket);
  worker.send(client, upgrade_request("Cookie: session=abc; other=1\r\n"));
  worker.send(client, masked(WorkerHarness::packet(wire::kOpAuth, 1, "{\"mid\":5}")));
  ASSERT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(worker.control.connects[0].cookie, "session=abc; other=1");
  EXPECT_EQ(worker.control.connects[0].token, "{\"mid\":5}");
  EXPECT_EQ(worker.control.connects[0].transport, "ws");
  EXPECT_EQ(worker.control.connects[0].comet.number, CometNumber(7));
}

// covers W03
TEST(ClientProtocol, WithoutAListLogicJudgesTheOrigin) {
  for (const bool listed : {false, true}) {
    ProtocolConfig config;
    if (listed) config.upgrade.origins = {"https://chat.example"};
    WorkerHarness worker({}, config);
    const int client = worker.connect(Transport::kWebSocket);
    worker.send(client, upgrade_request("Origin: https://chat.example\r\n"));
    worker.send(client, masked(WorkerHarness::packet(wire::kOpAuth, 1, "{}")));
    ASSERT_EQ(worker.control.connects.size(), 1U);
    EXPECT_EQ(worker.control.connects[0].unchecked_origin, listed ? "" : "https://chat.example");
  }
}

// covers W05
TEST(ClientProtocol, AHeaderThatIsNoUtf8CountsAsAbsent) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kWebSocket);
  worker.send(client, upgrade_request("Cookie: a=\xff\r\nOrigin: https://\xfe\r\n"));
  worker.send(client, masked(WorkerHarness::packet(wire::kOpAuth, 1, "{}")));
  ASSERT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(worker.control.connects[0].cookie, "");
  EXPECT_EQ(worker.control.connects[0].unchecked_origin, "");
}

TEST(ClientProtocol, ARoomThatIsNoTextChangesNothingAndIsEchoed) {
  WorkerHarness worker;
  const int client = worker.open_tcp("live://1", 1);
  worker.control.joined.clear();
  int seq = 10;
  for (const std::string& key : {std::string("\xff"), std::string("live://\xe8\x81"), std::string("a\nb"),
                                 std::string("a\0b", 3), std::string("\xc2\x9b"), std::string(513, 'a')}) {
    worker.send(client, WorkerHarness::packet(wire::kOpChangeRoom, ++seq, key));
    EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpChangeRoomReply, seq, key));
  }
  EXPECT_EQ(worker.control.joined, std::vector<std::string>{});
  EXPECT_EQ(worker.stats.bad_requests.value(), 6U);
}

TEST(ClientProtocol, ALoginWithARoomThatIsNoTextGoesOnWithoutIt) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 3, "{}"));
  worker.grant("live://\xff");
  EXPECT_EQ(worker.control.joined, std::vector<std::string>{});
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpAuthReply, 3));
}

TEST(ClientProtocol, AJoinIsAnsweredOnlyWhenTheRouterKnowsTheRoom) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 3, "{}"));
  worker.grant("live://1");
  EXPECT_EQ(worker.control.joined, std::vector<std::string>{"live://1"});
  EXPECT_EQ(WorkerHarness::received(client), "");
  worker.protocol.on_room_ready("live://1");
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpAuthReply, 3));
}

TEST(ClientProtocol, TheSecondMemberDoesNotWait) {
  WorkerHarness worker;
  worker.open_tcp("live://1", 1);
  const int second = worker.connect(Transport::kTcp);
  worker.send(second, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
  worker.grant("live://1", 2);
  EXPECT_EQ(WorkerHarness::received(second), WorkerHarness::packet(wire::kOpAuthReply, 1));
  EXPECT_EQ(worker.control.joined.size(), 1U);
}

TEST(ClientProtocol, RequestsBehindABusyOneWaitAndKeepTheirOrder) {
  WorkerHarness worker;
  const int client = worker.open_tcp();
  worker.send(client, WorkerHarness::packet(4, 10, "x") + WorkerHarness::packet(wire::kOpHeartbeat, 11) +
                          WorkerHarness::packet(4, 12, "y"));
  EXPECT_EQ(WorkerHarness::received(client), "");
  ASSERT_EQ(worker.control.receives.size(), 1U);
  EXPECT_EQ(worker.control.receives[0].second.body, "x");
  worker.protocol.on_receive_result(worker.control.receives[0].first, {});
  worker.pump();
  EXPECT_EQ(WorkerHarness::received(client),
            WorkerHarness::packet(4, 10) + WorkerHarness::packet(wire::kOpHeartbeatReply, 11, std::string(4, '\0')));
  ASSERT_EQ(worker.control.receives.size(), 2U);
  worker.protocol.on_receive_result(worker.control.receives[1].first, {});
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(4, 12));
}

TEST(ClientProtocol, AnAnswerForAConnectionThatLeftEndsItsSession) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
  ::shutdown(client, SHUT_RDWR);
  worker.pump();
  EXPECT_EQ(worker.io.slab().size(), 0U);
  EXPECT_EQ(worker.control.abandoned, std::vector{worker.control.connects[0].conn});
  worker.grant("live://1", 9);
  ASSERT_EQ(worker.control.ended.size(), 1U);
  EXPECT_EQ(worker.control.ended[0].uid, Uid(9));
  EXPECT_TRUE(worker.control.joined.empty());
}

TEST(ClientProtocol, ALoginOfAClientThatHasLeftIsNotCarriedOut) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  const std::string login = WorkerHarness::packet(wire::kOpAuth, 1, "{}");
  ASSERT_EQ(::send(client, login.data(), login.size(), 0), static_cast<ssize_t>(login.size()));
  ::shutdown(client, SHUT_WR);  // before this comet has looked
  worker.pump();
  EXPECT_TRUE(worker.control.connects.empty());
  EXPECT_EQ(closed_for(worker, CloseReason::kPeerClosed), 1U);
}

TEST(ClientProtocol, LeavingTellsRoomAndSession) {
  WorkerHarness worker;
  const int client = worker.open_tcp("live://1", 3);
  ::shutdown(client, SHUT_RDWR);
  worker.pump();
  EXPECT_EQ(worker.control.left, std::vector<std::string>{"live://1"});
  ASSERT_EQ(worker.control.ended.size(), 1U);
  EXPECT_EQ(worker.control.ended[0].key, "key-3");
  EXPECT_EQ(worker.rooms.size(), 0U);
  EXPECT_EQ(closed_for(worker, CloseReason::kPeerClosed) + closed_for(worker, CloseReason::kPeerReset), 1U);
}

TEST(ClientProtocol, RefusedAndUnavailableAreToldApart) {
  WorkerHarness worker;
  for (const auto code : {Error::Code::kDenied, Error::Code::kUnavailable}) {
    const int client = worker.connect(Transport::kTcp);
    worker.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
    worker.protocol.on_connect_result(worker.control.connects.back().conn, Error{code, "no"});
    EXPECT_TRUE(WorkerHarness::at_end(client));  // no packet, closed
  }
  EXPECT_EQ(closed_for(worker, CloseReason::kAuthRefused), 1U);
  EXPECT_EQ(closed_for(worker, CloseReason::kLogicUnavailable), 1U);
}

TEST(ClientProtocol, TheHandshakeDeadlineRunsFromTheAccept) {
  WorkerHarness worker({}, {.handshake_ticks = {8, 8}, .upgrade = {}});
  const int silent = worker.connect(Transport::kTcp);
  const int upgraded = worker.connect(Transport::kWebSocket);
  worker.io.advance_clock(5);
  worker.send(upgraded, upgrade_request());
  EXPECT_NE(WorkerHarness::received(upgraded).find(" 101 "), std::string::npos);
  worker.send(silent, WorkerHarness::packet(wire::kOpHeartbeat, 1));
  EXPECT_FALSE(WorkerHarness::at_end(silent));
  worker.io.advance_clock(9);
  EXPECT_TRUE(WorkerHarness::at_end(silent));
  EXPECT_EQ(closed_for(worker, CloseReason::kHandshakeTimeout), 2U);
}

TEST(ClientProtocol, OnlyAHeartbeatRenewsTheReadDeadline) {
  WorkerHarness worker;
  const int client = worker.open_tcp();
  constexpr std::uint32_t kDeadline = 480 * ConnectionIo::kTicksPerSecond;
  worker.io.advance_clock(kDeadline - 4);
  worker.send(client, WorkerHarness::packet(wire::kOpHeartbeat, 1));
  worker.io.advance_clock(2 * kDeadline - 8);
  EXPECT_EQ(closed_for(worker, CloseReason::kHeartbeatTimeout), 0U);
  worker.send(client, WorkerHarness::packet(wire::kOpHeartbeatReply, 1));
  worker.io.advance_clock(2 * kDeadline + 4);
  EXPECT_EQ(closed_for(worker, CloseReason::kHeartbeatTimeout), 1U);
}

/// Users of old pages read and type: nothing of that is a heartbeat.
TEST(ClientProtocol, AnOldPageIsAskedBeforeItIsGivenUp) {
  WorkerHarness worker;
  const int page = worker.connect(Transport::kWebSocket, Dialect::kWebim);
  std::string upgrade = upgrade_request();
  upgrade.replace(0, 8, "GET /");
  worker.send(page, upgrade);
  worker.send(page, masked(R"({"cmd":"login"})", '\x81'));
  worker.grant("");
  WorkerHarness::received(page);
  constexpr std::uint32_t kDeadline = 480 * ConnectionIo::kTicksPerSecond;
  std::uint32_t now = 0;
  const auto wait = [&](std::uint32_t ticks) { worker.io.advance_clock(now += ticks); };
  const std::string ping{'\x89', '\0'}, pong{'\x8a'};

  wait(kDeadline - 4);
  worker.send(page, masked(R"({"cmd":"x"})", '\x81'));
  WorkerHarness::received(page);
  wait(kDeadline - 4);
  EXPECT_EQ(WorkerHarness::received(page), "") << "whatever it says renews";
  wait(8);
  EXPECT_EQ(WorkerHarness::received(page), ping);
  worker.send(page, masked("", pong.front()));
  wait(kDeadline - 4);
  EXPECT_EQ(WorkerHarness::received(page), "") << "so does a pong";
  wait(8);
  EXPECT_EQ(WorkerHarness::received(page), ping);
  EXPECT_EQ(closed_for(worker, CloseReason::kHeartbeatTimeout), 0U);
  wait(30 * ConnectionIo::kTicksPerSecond + 4);
  EXPECT_EQ(closed_for(worker, CloseReason::kHeartbeatTimeout), 1U) << "nobody is there";
}

TEST(ClientProtocol, AClientThatDoesNotReadItsRepliesIsNotReadFrom) {
  WorkerHarness worker({}, {.upgrade = {}, .max_reply_backlog = 1024});
  const int client = worker.open_tcp();
  std::size_t sent = 0;
  const std::string beat = WorkerHarness::packet(wire::kOpHeartbeat, 1);
  for (int i = 0; i < 100000; ++i) {
    const ssize_t size = ::send(client, beat.data(), beat.size(), MSG_NOSIGNAL);
    if (size != static_cast<ssize_t>(beat.size())) break;
    sent += beat.size();
    if (i % 64 == 0) worker.pump();
  }
  worker.pump();
  const Connection& connection = worker.io.slab().at(worker.last_place);
  EXPECT_TRUE(connection.paused);
  ASSERT_NE(connection.outbox, nullptr);
  EXPECT_LT(connection.outbox->bytes(), 64U * 1024);
  EXPECT_LT(sent, 100000 * beat.size());
  for (int i = 0; i < 1000 && worker.io.slab().at(worker.last_place).paused; ++i) {
    WorkerHarness::received(client);
    worker.pump();
  }
  EXPECT_FALSE(worker.io.slab().at(worker.last_place).paused);
}

TEST(ClientProtocol, IdleConnectionsHoldNoBuffers) {
  WorkerHarness worker;
  const int tcp = worker.open_tcp("live://1");
  worker.send(tcp, WorkerHarness::packet(wire::kOpHeartbeat, 1));
  const Connection& connection = worker.io.slab().at(worker.last_place);
  EXPECT_EQ(connection.input, nullptr);
  EXPECT_EQ(connection.outbox, nullptr);
}

TEST(ClientProtocol, PacketsInSingleBytes) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  for (const char byte : WorkerHarness::packet(wire::kOpAuth, 1, "{\"mid\":1}"))
    worker.send(client, std::string(1, byte));
  ASSERT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(worker.control.connects[0].token, "{\"mid\":1}");
}

// covers T01 T02
TEST(ClientProtocol, ARepeatedAuthRenewsTheEndOfTheSession) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "old"));
  worker.grant("", 1, false, std::chrono::seconds(10));
  WorkerHarness::received(client);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 2, "new"));
  ASSERT_EQ(worker.control.receives.size(), 1U);
  EXPECT_EQ(worker.control.receives[0].second.body, "new");
  EXPECT_EQ(worker.control.receives[0].second.caller.transport, "tcp");
  worker.protocol.on_receive_result(worker.control.receives[0].first,
                                    {"", wire::kOpAuthReply, true, std::chrono::seconds(20), {}, {}});
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpAuthReply, 2));
  worker.io.advance_clock(19 * ConnectionIo::kTicksPerSecond);
  EXPECT_FALSE(WorkerHarness::at_end(client));
  worker.io.advance_clock(21 * ConnectionIo::kTicksPerSecond);
  EXPECT_TRUE(WorkerHarness::at_end(client));
  EXPECT_EQ(closed_for(worker, CloseReason::kTokenExpired), 1U);
}

// covers T03
TEST(ClientProtocol, ARefusedRenewalLeavesTheSessionAsItWas) {
  WorkerHarness worker;
  const int client = worker.connect(Transport::kTcp);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "old"));
  worker.grant("", 1, false, std::chrono::seconds(10));
  WorkerHarness::received(client);
  worker.send(client, WorkerHarness::packet(wire::kOpAuth, 2, "bad"));
  worker.protocol.on_receive_result(worker.control.receives[0].first, {});
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpAuth, 2));
  worker.io.advance_clock(11 * ConnectionIo::kTicksPerSecond);
  EXPECT_EQ(closed_for(worker, CloseReason::kTokenExpired), 1U);
}

}  // namespace
}  // namespace im::comet
