#include "comet/poll/unasked_polls.hpp"

#include "tests/unit/comet/poll/poll_door_fixture.hpp"

namespace im::comet {
namespace {

/// Who opens sessions for as long as it is let.
class UnaskedPollDoorTest : public PollDoorTest {
 protected:
  explicit UnaskedPollDoorTest(std::size_t most = 50, const std::vector<std::string>& balancers = {})
      : PollDoorTest(200, 64U << 20, most, balancers) {}
  std::uint64_t refused() { return worker_.stats.limited[static_cast<std::size_t>(Limit::kPollsUnasked)].value(); }
  /// As one write, all on one connection.
  std::string open_many(int count) {
    const int one = browser();
    std::string all;
    for (int i = 0; i < count; ++i) all += "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\ntype=connect";
    worker_.send(one, all);
    run();
    return WorkerHarness::received(one);
  }
};

TEST_F(UnaskedPollDoorTest, AConnectionThatOnlyOpensSessionsTakesNobodysPlace) {
  const std::string heard = open_many(300);
  EXPECT_NE(heard.find("HTTP/1.1 429"), std::string::npos);
  EXPECT_EQ(heard.find("HTTP/1.1 503"), std::string::npos);
  EXPECT_EQ(worker_.io.polls(), UnaskedPolls::kOfConnection);
  EXPECT_EQ(refused(), 1U) << "its connection ended with it";
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 200");
}

TEST_F(UnaskedPollDoorTest, AnAddressHasSoManyThatNobodyAsks) {
  open_many(32);
  std::vector<std::string> sessions;
  for (int i = 0; i < 18; ++i) sessions.push_back(connect());
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 429");
  EXPECT_EQ(refused(), 1U);
  const int waiting = browser();
  post(waiting, "type=sub&session_id=" + sessions.front());
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 200") << "one was asked";
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 429");
  wait(91 * ConnectionIo::kTicksPerSecond);
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 200") << "those that nobody asked have ended";
}

/// All clients have the address of the balancer.
class BalancedPollDoorTest : public UnaskedPollDoorTest {
 protected:
  BalancedPollDoorTest() : UnaskedPollDoorTest(50, {"::/128"}) {}
};

TEST_F(BalancedPollDoorTest, TheAddressOfABalancerIsNoClients) {
  for (int i = 0; i < 3; ++i) EXPECT_NE(open_many(32).find("HTTP/1.1 200"), std::string::npos);
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(refused(), 0U);
  EXPECT_NE(open_many(33).find("HTTP/1.1 429"), std::string::npos) << "a connection of it is bounded all the same";
}

}  // namespace
}  // namespace im::comet
