// Limits as a client meets them: which close, which code, what is counted.

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

const Rate kTwo(0.001, 2);

std::string beat() { return WorkerHarness::packet(wire::kOpHeartbeat, 2); }

class ClientLimits : public testing::Test {
 protected:
  static Arrival from(const std::string& address, Transport transport = Transport::kTcp) {
    return {.transport = transport, .address = parse_ip(address).value()};
  }
  static std::uint64_t limited(const WorkerHarness& worker, Limit limit) {
    return worker.stats.limited[static_cast<std::size_t>(limit)].value();
  }
  static std::uint64_t closed(const WorkerHarness& worker) {
    return worker.stats.closed[static_cast<std::size_t>(CloseReason::kRateLimited)].value();
  }
};

// covers L01
TEST_F(ClientLimits, OneConnectionMoreOfAnAddressIsClosedAtOnce) {
  WorkerHarness worker({}, {}, {.max_connections = 2});
  const int first = worker.arrive(from("10.0.0.1"));
  worker.arrive(from("10.0.0.1", Transport::kWebSocket));
  for (const Transport transport : {Transport::kTcp, Transport::kWebSocket}) {
    const int more = worker.arrive(from("10.0.0.1", transport));
    EXPECT_TRUE(WorkerHarness::at_end(more));
  }
  EXPECT_FALSE(WorkerHarness::at_end(worker.arrive(from("10.0.0.2"))));
  EXPECT_EQ(limited(worker, Limit::kAddressConnections), 2U);
  EXPECT_EQ(closed(worker), 2U);
  ::shutdown(first, SHUT_RDWR);
  worker.pump();
  EXPECT_FALSE(WorkerHarness::at_end(worker.arrive(from("10.0.0.1"))));
}

// covers L01
TEST_F(ClientLimits, BehindABalancerTheClientIsCountedAndTheBalancerIsNot) {
  WorkerHarness worker({}, {}, {.max_connections = 1});
  Arrival balanced = from("10.9.9.9");
  balanced.proxied = true;
  const std::string local("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00", 16);
  for (int i = 0; i < 3; ++i) worker.send(worker.arrive(balanced), local);
  EXPECT_EQ(worker.edge.addresses.stats().entries, 0U);
  const std::string header = "PROXY TCP4 203.0.113.7 10.0.0.1 56789 3101\r\n";
  worker.send(worker.arrive(balanced), header);
  const int second = worker.arrive(balanced);
  worker.send(second, header + auth());
  EXPECT_TRUE(WorkerHarness::at_end(second));
  const int other = worker.arrive(balanced);
  worker.send(other, "PROXY TCP4 203.0.113.8 10.0.0.1 56789 3101\r\n" + auth());
  EXPECT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(limited(worker, Limit::kAddressConnections), 1U);
}

// covers L02
TEST_F(ClientLimits, RefusedTokensAreSlowedAndGoodOnesAreNot) {
  WorkerHarness worker({}, {}, {.auth_failures = kTwo});
  const auto guess = [&](const char* address) {
    const int client = worker.arrive(from(address));
    worker.send(client, auth());
    worker.protocol.on_connect_result(worker.control.connects.back().conn, Error{Error::Code::kDenied, "no"});
    return client;
  };
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(WorkerHarness::at_end(guess("10.0.0.1")));
  const int third = guess("10.0.0.1");
  EXPECT_FALSE(WorkerHarness::at_end(third)) << "told at once";
  EXPECT_EQ(limited(worker, Limit::kAddressAuthFailures), 1U);
  EXPECT_TRUE(WorkerHarness::at_end(guess("10.0.0.2")));
  worker.open_tcp("", 7);  // shares no address with them
  const int neighbour = worker.arrive(from("10.0.0.1"));
  worker.send(neighbour, auth());
  worker.grant("", 8);
  EXPECT_EQ(WorkerHarness::received(neighbour), WorkerHarness::packet(wire::kOpAuthReply, 1)) << "behind the same NAT";
  worker.send(third, auth());  // more input changes nothing
  worker.io.advance_clock(9);
  EXPECT_TRUE(WorkerHarness::at_end(third));
  EXPECT_EQ(closed_for(worker, CloseReason::kAuthRefused), 4U);
}

TEST_F(ClientLimits, WhoLeavesWhileItIsSlowedIsGone) {
  WorkerHarness worker({}, {}, {.auth_failures = Rate(0.001, 1)});
  for (int i = 0; i < 2; ++i) {
    const int client = worker.arrive(from("10.0.0.1"));
    worker.send(client, auth());
    worker.protocol.on_connect_result(worker.control.connects.back().conn, Error{Error::Code::kDenied, "no"});
    ::shutdown(client, SHUT_RDWR);
    worker.pump();
  }
  EXPECT_EQ(worker.io.slab().size(), 0U);
}

// covers L03
TEST_F(ClientLimits, TooManyMessagesEndTheConnection) {
  WorkerHarness worker({}, {.upgrade = {}, .messages = kTwo});
  const int client = worker.open_tcp();  // the auth was the first
  worker.send(client, beat());
  EXPECT_FALSE(WorkerHarness::received(client).empty());
  worker.send(client, beat() + beat());
  EXPECT_TRUE(WorkerHarness::at_end(client));
  EXPECT_EQ(limited(worker, Limit::kConnectionMessages), 1U);
  EXPECT_EQ(worker.control.ended.size(), 1U);
  const int other = worker.open_tcp("", 2);
  worker.send(other, beat());
  EXPECT_FALSE(WorkerHarness::at_end(other));
}

// covers L03
TEST_F(ClientLimits, AWebSocketClientIsToldWhenToComeAgain) {
  WorkerHarness worker({}, {.upgrade = {}, .messages = Rate(0.1, 2)});
  const int client = worker.connect(Transport::kWebSocket);
  worker.send(client, upgrade_request());
  WorkerHarness::received(client);
  for (int i = 0; i < 2; ++i) worker.send(client, masked("", '\x89'));
  EXPECT_EQ(WorkerHarness::received(client), std::string("\x8a\x00\x8a\x00", 4));  // pings count
  worker.send(client, masked(auth()));
  EXPECT_EQ(WorkerHarness::received(client),
            ws::close_frame(static_cast<ws::CloseCode>(4008), "rate limited, retry after 10 s"));
  EXPECT_TRUE(worker.control.connects.empty());
}

// covers L03
TEST_F(ClientLimits, PongsThatNobodyAskedForCount) {
  WorkerHarness worker({}, {.upgrade = {}, .messages = kTwo});
  const int client = worker.connect(Transport::kWebSocket);
  worker.send(client, upgrade_request());
  WorkerHarness::received(client);
  worker.send(client, masked("", '\x8a') + masked("", '\x8a'));
  EXPECT_EQ(limited(worker, Limit::kConnectionMessages), 0U);
  worker.send(client, masked("", '\x8a'));
  EXPECT_EQ(limited(worker, Limit::kConnectionMessages), 1U);
}

// covers L04
TEST_F(ClientLimits, AUserHasSoManyConnectionsHere) {
  WorkerHarness worker({}, {}, {}, {.max_connections = 1});
  const int first = worker.open_tcp("", 5);
  const int second = worker.connect(Transport::kTcp);
  worker.send(second, auth());
  worker.grant("", 5);
  EXPECT_TRUE(WorkerHarness::at_end(second));
  EXPECT_EQ(limited(worker, Limit::kUserConnections), 1U);
  ASSERT_EQ(worker.control.ended.size(), 1U);  // the router is told
  EXPECT_FALSE(WorkerHarness::at_end(first));
  ::shutdown(first, SHUT_RDWR);
  worker.pump();
  worker.open_tcp("", 5);
}

// covers L04
TEST_F(ClientLimits, TheMessagesOfAUserCountOverHisConnections) {
  WorkerHarness worker({}, {}, {}, {.messages = kTwo});
  const int first = worker.open_tcp("", 5), second = worker.open_tcp("", 5), other = worker.open_tcp("", 6);
  worker.send(first, beat());
  worker.send(second, beat());
  worker.send(first, beat());
  EXPECT_EQ(limited(worker, Limit::kUserMessages), 1U);
  worker.send(other, beat());
  EXPECT_FALSE(WorkerHarness::at_end(other));
}

// covers L05
TEST_F(ClientLimits, TooManySessionsInTheClusterAreNotABadToken) {
  WorkerHarness worker({}, {.upgrade = {}}, {.auth_failures = Rate(0.001, 1)});
  const int client = worker.connect(Transport::kWebSocket);
  worker.send(client, upgrade_request());
  worker.send(client, masked(auth()));
  WorkerHarness::received(client);
  worker.protocol.on_connect_result(worker.control.connects.back().conn, Error{Error::Code::kOverloaded, "many"});
  EXPECT_EQ(WorkerHarness::received(client),
            ws::close_frame(static_cast<ws::CloseCode>(4008), "rate limited, retry after 5 s"));
  EXPECT_EQ(limited(worker, Limit::kUserSessions), 1U);
  worker.send(worker.connect(Transport::kTcp), auth());
  EXPECT_EQ(worker.control.connects.size(), 2U);
}

}  // namespace
}  // namespace im::comet
