// Clients inside TLS, over socket pairs: what they say arrives as from plain sockets, and so does what they are sent.

#include "tests/unit/comet/comet_fakes.hpp"
#include "tests/unit/comet/tls/tls_fixture.hpp"

namespace im::comet {
namespace {

class TlsClientTest : public testing::Test {
 protected:
  TlsFiles files_{testing::UnitTest::GetInstance()->current_test_info()->name()};
  std::unique_ptr<ServerTls> tls_ = files_.load();
  WorkerHarness worker_{IoConfig{.outbox_limit = std::size_t{8} << 20, .tls = tls_.get()}};

  int arrive(Transport transport = Transport::kTcp) { return worker_.arrive({.transport = transport, .secure = true}); }
  bool shake(TlsClient& client) {
    return client.shake_hands([this] { worker_.pump(); });
  }
  void say(TlsClient& client, const std::string& bytes) {
    client.write(bytes);
    worker_.pump();
  }
  /// Logged in over TCP.
  void open(TlsClient& client) {
    ASSERT_TRUE(shake(client));
    say(client, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
    worker_.grant("");
    ASSERT_EQ(client.read(), WorkerHarness::packet(wire::kOpAuthReply, 1));
  }
};

TEST_F(TlsClientTest, AreServedLikePlainOnes) {
  TlsClient client(arrive());
  open(client);
  EXPECT_EQ(worker_.stats.tls_handshakes.value(), 1U);
  say(client, WorkerHarness::packet(wire::kOpHeartbeat, 2));
  EXPECT_FALSE(client.read().empty());
}

TEST_F(TlsClientTest, SpeakWebSocketInside) {
  TlsClient client(arrive(Transport::kWebSocket));
  ASSERT_TRUE(shake(client));
  say(client, upgrade_request());
  EXPECT_NE(client.read().find(" 101 "), std::string::npos);
}

TEST_F(TlsClientTest, OfAPlainKindAreDroppedAndCounted) {
  const int client = arrive();
  worker_.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
  EXPECT_EQ(closed_for(worker_, CloseReason::kBadTls), 1U);
  EXPECT_EQ(worker_.io.slab().size(), 0U);
  EXPECT_TRUE(worker_.control.connects.empty());
}

TEST_F(TlsClientTest, WhoSendsNothingIsDroppedWhenTheHandshakeTakesTooLong) {
  arrive();
  worker_.io.advance_clock(100);
  EXPECT_EQ(closed_for(worker_, CloseReason::kHandshakeTimeout), 1U);
}

// covers E01
TEST_F(TlsClientTest, ThePROXYHeaderStandsBeforeTheHandshake) {
  const IpAddress balancer = *parse_ip("10.0.0.9");
  for (const std::size_t cut : {0U, 1U, 20U}) {
    const int fd = worker_.arrive({.transport = Transport::kTcp, .address = balancer, .secure = true, .proxied = true});
    const std::string header = "PROXY TCP4 203.0.113.7 10.0.0.1 56789 3101\r\n";
    if (cut > 0) worker_.send(fd, header.substr(0, cut));
    ASSERT_EQ(::send(fd, header.data() + cut, header.size() - cut, 0), static_cast<ssize_t>(header.size() - cut));
    TlsClient client(fd);
    ASSERT_TRUE(shake(client)) << "cut at " << cut;  // its hello waits behind the header, in the same read
    say(client, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
    ASSERT_FALSE(worker_.control.connects.empty());
    EXPECT_EQ(worker_.control.connects.back().client_ip, "203.0.113.7");
  }
}

TEST_F(TlsClientTest, WhatASlowOneDoesNotTakeWaitsAndArrivesWhole) {
  TlsClient client(arrive());
  open(client);
  const std::uint32_t place = worker_.last_place;
  std::string sent;
  for (int i = 0; i < 400; ++i) {  // sizes below and above a record
    const std::string packet = WorkerHarness::packet(1000, i, std::string(static_cast<std::size_t>(i) * 97, 'a'));
    EXPECT_NE(worker_.io.send(place, Frame(packet)), Sent::kClosed);
    sent += packet;
  }
  std::string got;
  for (int turn = 0; turn < 2000 && got.size() < sent.size(); ++turn) {
    got += client.read();
    worker_.pump();
  }
  EXPECT_EQ(got.size(), sent.size());
  EXPECT_TRUE(got == sent);
}

TEST_F(TlsClientTest, TheLastRecordThatWaitsIsNotForgotten) {
  TlsClient client(arrive());
  open(client);
  const Connection& connection = worker_.io.slab().at(worker_.last_place);
  const int small = 4096;  // takes a part of the record
  ::setsockopt(connection.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  const std::string packet = WorkerHarness::packet(1000, 1, std::string(16000, 'a'));
  for (const bool gathered : {false, true}) {
    if (gathered) worker_.io.gather(worker_.last_place, Frame(packet));
    if (!gathered) worker_.io.send(worker_.last_place, Frame(packet));
    worker_.io.flush_gathered();
    std::string got;
    for (int turn = 0; turn < 100 && got.size() < packet.size(); ++turn) {
      got += client.read();
      worker_.pump();
    }
    EXPECT_TRUE(got == packet) << (gathered ? "gathered" : "sent");
    EXPECT_FALSE(connection.want_write);
  }
}

TEST_F(TlsClientTest, GatheredFramesShareRecords) {
  TlsClient client(arrive());
  open(client);
  std::string sent;
  for (int i = 0; i < 100; ++i) {
    const std::string packet = WorkerHarness::packet(1000, i, "hello");
    worker_.io.gather(worker_.last_place, Frame(packet));
    sent += packet;
  }
  worker_.io.flush_gathered();
  EXPECT_TRUE(client.read() == sent);
}

TEST_F(TlsClientTest, AreToldThatNothingFollows) {
  TlsClient client(arrive());
  open(client);
  worker_.io.close(worker_.last_place, CloseReason::kKicked);
  client.read();
  EXPECT_TRUE(client.ended());
}

TEST_F(TlsClientTest, ACloseFrameLingersInsideTls) {
  const int fd = arrive(Transport::kWebSocket);
  TlsClient client(fd);
  ASSERT_TRUE(shake(client));
  say(client, upgrade_request());
  client.read();
  say(client, masked("\x03\xe8", '\x88'));
  EXPECT_EQ(client.read(), ws::close_frame(ws::CloseCode::kNormal));
  EXPECT_TRUE(client.ended());
  ::shutdown(fd, SHUT_RDWR);
  worker_.pump();
  EXPECT_EQ(worker_.io.slab().size(), 0U);
}

TEST_F(TlsClientTest, TheirEndsAreCountedAlsoOfThoseThatNeverShookHands) {
  TlsClient client(arrive());
  open(client);
  worker_.io.drop(worker_.last_place, CloseReason::kKicked);
  arrive();
  worker_.io.advance_clock(100);
  worker_.connect(Transport::kTcp);
  worker_.io.drop(worker_.last_place, CloseReason::kKicked);
  EXPECT_EQ(worker_.stats.tls_ended.value(), 2U) << "a plain one is none";
}

TEST_F(TlsClientTest, ThatCutTheConnectionAreGone) {
  const int fd = arrive();
  TlsClient client(fd);
  open(client);
  ::shutdown(fd, SHUT_RDWR);
  worker_.pump();
  EXPECT_EQ(worker_.io.slab().size(), 0U);
}

TEST_F(TlsClientTest, ComeBackWithATicketAlsoAfterTheCertificateChanged) {
  TlsClient first(arrive());
  open(first);
  const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> ticket(SSL_get1_session(first.ssl()),
                                                                         SSL_SESSION_free);
  files_.write("new.example");
  ASSERT_TRUE(tls_->reload().ok());
  TlsClient second(arrive(), ticket.get());
  ASSERT_TRUE(shake(second));
  EXPECT_EQ(worker_.stats.tls_resumed.value(), 1U);
  TlsClient third(arrive());
  ASSERT_TRUE(shake(third));
  EXPECT_EQ(third.host(), "new.example");
  say(first, WorkerHarness::packet(wire::kOpHeartbeat, 2));
  EXPECT_FALSE(first.read().empty()) << "an open connection goes on";
}

/// What one read of the worker leaves to others: how many turns of the event loop it takes to be rid of a flood.
class TlsFloodTest : public TlsClientTest {
 protected:
  /// Writes into the socket of `fd` until it is full or the connection is gone, then lets the worker go round.
  template <class Say>
  bool survives(int fd, Say say) {
    const int large = 1 << 20;
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &large, sizeof large);
    for (int i = 0; i < 2000 && worker_.io.slab().size() > 0; ++i) {
      if (!say()) break;
    }
    worker_.pump();
    return worker_.io.slab().size() > 0;
  }
};

TEST_F(TlsFloodTest, OfNewKeysEndsTheConnection) {
  const int fd = arrive();
  TlsClient client(fd);
  open(client);
  EXPECT_FALSE(survives(fd, [&] {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    return SSL_do_handshake(client.ssl()) == 1;
  }));
}

TEST_F(TlsFloodTest, AFewNewKeysAreFine) {
  const int fd = arrive();
  TlsClient client(fd);
  open(client);
  int said = 0;
  EXPECT_TRUE(survives(fd, [&] {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    return SSL_do_handshake(client.ssl()) == 1 && ++said < 20;
  }));
  say(client, WorkerHarness::packet(wire::kOpHeartbeat, 2));
  EXPECT_FALSE(client.read().empty());
}

TEST_F(TlsFloodTest, OneReadTakesAFewRecordsOnly) {
  const int fd = arrive();
  TlsClient client(fd);
  open(client);
  for (int i = 0; i < 40; ++i) {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    ASSERT_EQ(SSL_do_handshake(client.ssl()), 1);
  }
  int turns = 0;
  std::array<epoll_event, 4> events;
  while (::epoll_wait(worker_.io.epoll_fd(), events.data(), 4, 0) > 0) {
    worker_.io.on_event(events[0].data.u64, events[0].events);
    ++turns;
  }
  EXPECT_GE(turns, 10) << "others wait for all of it";
}

TEST_F(TlsClientTest, OfOldVersionsAreRefused) {
  TlsClient client(arrive());
  SSL_set_min_proto_version(client.ssl(), TLS1_VERSION);
  SSL_set_max_proto_version(client.ssl(), TLS1_1_VERSION);
  SSL_set_security_level(client.ssl(), 0);
  EXPECT_FALSE(shake(client));
  EXPECT_EQ(closed_for(worker_, CloseReason::kBadTls), 1U);
}

TEST_F(TlsClientTest, WithoutForwardSecrecyAreRefused) {
  TlsClient client(arrive());
  SSL_set_max_proto_version(client.ssl(), TLS1_2_VERSION);
  SSL_set_cipher_list(client.ssl(), "AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA");
  EXPECT_FALSE(shake(client));
}

TEST_F(TlsClientTest, AgreeOnHttpForWebSocketsOnly) {
  const std::string offered("\x02h2\x08http/1.1");
  const auto agreed = [&](Transport transport, const std::string& offer) -> std::string {
    TlsClient client(arrive(transport));
    SSL_set_alpn_protos(client.ssl(), reinterpret_cast<const unsigned char*>(offer.data()),
                        static_cast<unsigned>(offer.size()));
    if (!shake(client)) return "refused";
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  };
  EXPECT_EQ(agreed(Transport::kWebSocket, offered), "http/1.1");
  EXPECT_EQ(agreed(Transport::kTcp, offered), "");
  EXPECT_EQ(agreed(Transport::kWebSocket, offered.substr(0, 3)), "refused");
}

}  // namespace
}  // namespace im::comet
