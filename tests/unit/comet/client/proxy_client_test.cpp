// Connections from a trusted load balancer: the PROXY header comes before everything else.

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

const std::string kHeader = "PROXY TCP4 203.0.113.7 10.0.0.1 56789 3101\r\n";
const std::string kLocal("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00", 16);
const IpAddress kBalancer = *parse_ip("10.0.0.9");

int balanced(WorkerHarness& worker, Transport transport = Transport::kTcp) {
  return worker.arrive({.transport = transport, .address = kBalancer, .proxied = true});
}

// covers E01
TEST(ProxyClient, TheAddressOfTheHeaderIsTheClients) {
  WorkerHarness worker;
  const int client = balanced(worker);
  worker.send(client, kHeader + auth());
  ASSERT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(worker.control.connects[0].client_ip, "203.0.113.7");
  worker.grant("", 5);
  EXPECT_EQ(WorkerHarness::received(client), WorkerHarness::packet(wire::kOpAuthReply, 1));
  EXPECT_EQ(worker.ips.distinct(), 1U);
  ::shutdown(client, SHUT_RDWR);
  worker.pump();
  ASSERT_EQ(worker.control.ended.size(), 1U);
  EXPECT_EQ(worker.control.ended[0].client_ip, "203.0.113.7");
  EXPECT_EQ(worker.ips.distinct(), 0U);
}

// covers E01
TEST(ProxyClient, TheHeaderMayComeInPieces) {
  WorkerHarness worker;
  const int client = balanced(worker);
  for (const char byte : kHeader + auth()) worker.send(client, std::string(1, byte));
  ASSERT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(worker.control.connects[0].client_ip, "203.0.113.7");
}

// covers E01
TEST(ProxyClient, BeforeAnUpgradeToo) {
  WorkerHarness worker;
  const int client = balanced(worker, Transport::kWebSocket);
  worker.send(client, kHeader);
  EXPECT_EQ(WorkerHarness::received(client), "");
  worker.send(client, upgrade_request());
  EXPECT_NE(WorkerHarness::received(client).find(" 101 "), std::string::npos);
}

// covers E02
TEST(ProxyClient, AHealthCheckKeepsTheAddressOfItsSocket) {
  WorkerHarness worker;
  const int client = balanced(worker);
  worker.send(client, kLocal + auth());
  ASSERT_EQ(worker.control.connects.size(), 1U);
  EXPECT_EQ(worker.control.connects[0].client_ip, "10.0.0.9");
}

// covers E03
TEST(ProxyClient, WithoutAHeaderTheConnectionEnds) {
  WorkerHarness worker;
  const int tcp = balanced(worker);
  worker.send(tcp, auth());
  EXPECT_TRUE(WorkerHarness::at_end(tcp));
  const int ws = balanced(worker, Transport::kWebSocket);
  worker.send(ws, upgrade_request());
  EXPECT_TRUE(WorkerHarness::at_end(ws));  // no frame either: nobody has upgraded
  const int twice = balanced(worker);
  worker.send(twice, kHeader + kHeader);
  EXPECT_TRUE(WorkerHarness::at_end(twice));
  EXPECT_EQ(closed_for(worker, CloseReason::kBadProxyHeader), 2U);
  EXPECT_EQ(closed_for(worker, CloseReason::kBadPacket), 1U);
  EXPECT_TRUE(worker.control.connects.empty());
}

// covers E03
TEST(ProxyClient, FromElsewhereAHeaderIsNotTaken) {
  WorkerHarness worker;
  const int tcp = worker.connect(Transport::kTcp);
  worker.send(tcp, kHeader + auth());
  EXPECT_TRUE(WorkerHarness::at_end(tcp));
  EXPECT_EQ(closed_for(worker, CloseReason::kBadPacket), 1U);
  const int ws = worker.connect(Transport::kWebSocket);
  worker.send(ws, kHeader + upgrade_request());
  EXPECT_NE(WorkerHarness::received(ws).find(" 400 "), std::string::npos);
  EXPECT_EQ(closed_for(worker, CloseReason::kBadUpgrade), 1U);
  EXPECT_TRUE(worker.control.connects.empty());
}

// covers E04
TEST(ProxyClient, TheHeaderIsWithinTheHandshakeDeadline) {
  WorkerHarness worker({}, {.handshake_ticks = {8, 8}, .upgrade = {}});
  const int silent = balanced(worker, Transport::kWebSocket);
  worker.io.advance_clock(5);
  worker.send(silent, kHeader.substr(0, 20));
  worker.io.advance_clock(7);
  EXPECT_FALSE(WorkerHarness::at_end(silent));
  worker.io.advance_clock(9);
  EXPECT_TRUE(WorkerHarness::at_end(silent));
  EXPECT_EQ(closed_for(worker, CloseReason::kHandshakeTimeout), 1U);
}

}  // namespace
}  // namespace im::comet
