// The keys of tickets get old: who comes again soon is spared the certificate, who comes too late is not.

#include "comet/tls/ticket_keys.hpp"

#include "tests/unit/comet/comet_fakes.hpp"
#include "tests/unit/comet/tls/tls_fixture.hpp"

namespace im::comet {
namespace {

constexpr auto kHour = TicketKeys::kEvery;

TEST(TicketKeysTest, TwoAreKept) {
  TicketKeys keys;
  const TimePoint begin{kHour};
  const auto first = keys.newest();
  EXPECT_FALSE(keys.turn(begin));
  EXPECT_FALSE(keys.turn(begin + kHour - std::chrono::seconds(1)));
  EXPECT_TRUE(keys.find(first.name.data())->newest);
  EXPECT_TRUE(keys.turn(begin + kHour));
  ASSERT_TRUE(keys.find(first.name.data()));
  EXPECT_FALSE(keys.find(first.name.data())->newest);
  EXPECT_EQ(keys.find(first.name.data())->key.cipher, first.cipher);
  const auto second = keys.newest();
  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.cipher, first.cipher);
  EXPECT_NE(second.mac, first.mac);
  EXPECT_TRUE(keys.turn(begin + 2 * kHour));
  EXPECT_FALSE(keys.find(first.name.data()));
  EXPECT_TRUE(keys.find(second.name.data()));
}

TEST(TicketKeysTest, AfterAStandstillTheOneBeforeIsTooOld) {
  TicketKeys keys;
  const auto first = keys.newest();
  keys.turn(TimePoint{kHour});
  EXPECT_TRUE(keys.turn(TimePoint{3 * kHour}));
  EXPECT_FALSE(keys.find(first.name.data()));
}

using Ticket = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

class TicketsTest : public testing::TestWithParam<int> {
 protected:
  TlsFiles files_{"tickets"};
  std::unique_ptr<ServerTls> tls_ = files_.load();
  WorkerHarness worker_{IoConfig{.tls = tls_.get()}};
  std::vector<std::unique_ptr<TlsClient>> clients_;  ///< the ticket of one that ends without a word is not used again

  /// Connects, with a ticket if there is one; the ticket for the next time, and whether this one was taken.
  std::pair<Ticket, bool> visit(SSL_SESSION* with) {
    const std::uint64_t before = worker_.stats.tls_resumed.value();
    TlsClient& client = *clients_.emplace_back(
        std::make_unique<TlsClient>(worker_.arrive({.transport = Transport::kTcp, .secure = true}), with));
    SSL_set_max_proto_version(client.ssl(), GetParam());
    EXPECT_TRUE(client.shake_hands([this] { worker_.pump(); }));
    client.write(WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
    worker_.pump();
    worker_.grant("");
    client.read();  // with TLS 1.3 the ticket comes behind the handshake
    return {Ticket(SSL_get1_session(client.ssl()), SSL_SESSION_free), worker_.stats.tls_resumed.value() > before};
  }
};

TEST_P(TicketsTest, AreGoodForAnHourAtLeastAndRenewedInTime) {
  const TimePoint begin{kHour};
  tls_->tick(begin);
  auto [first, none] = visit(nullptr);
  EXPECT_FALSE(none);
  tls_->tick(begin + kHour);
  auto [second, resumed] = visit(first.get());
  EXPECT_TRUE(resumed);
  tls_->tick(begin + 2 * kHour);
  EXPECT_FALSE(visit(first.get()).second) << "its key is thrown away";
  EXPECT_TRUE(visit(second.get()).second) << "it was given with the newer key";
}

INSTANTIATE_TEST_SUITE_P(Versions, TicketsTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

}  // namespace
}  // namespace im::comet
