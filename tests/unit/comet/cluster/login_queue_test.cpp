#include "comet/cluster/login_queue.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

class LoginQueueTest : public ClusterTest {
 protected:
  static ConnectAsk ask(ConnId conn) {
    ConnectAsk ask;
    ask.conn = conn;
    return ask;
  }
  void answer(std::size_t login, Result<ConnectGrant> result) {
    logic_.logins[login].done(std::move(result));
    control_.run();
  }

  LoginQueue queue_{2, control_, logic_, workers_, stats_};
};

const ConnId kA(0, 1, 1), kB(1, 2, 1), kC(0, 3, 1);

TEST_F(LoginQueueTest, SoManyAreUnderWayAndTheOthersWaitInOrder) {
  for (const ConnId conn : {kA, kB, kC}) queue_.add(ask(conn));
  EXPECT_EQ(logic_.logins.size(), 2U);
  EXPECT_FALSE(queue_.idle());
  answer(1, ConnectGrant{});
  ASSERT_EQ(logic_.logins.size(), 3U);
  EXPECT_EQ(logic_.logins[2].ask.conn, kC);
  EXPECT_EQ(second_.answers, (std::vector<std::pair<ConnId, bool>>{{kB, true}}));
  EXPECT_TRUE(first_.answers.empty());
  EXPECT_TRUE(queue_.idle());
}

TEST_F(LoginQueueTest, AClientThatLeftIsNotAskedForAnyMore) {
  for (const ConnId conn : {kA, kB, kC}) queue_.add(ask(conn));
  queue_.abandon(kC);  // waits
  queue_.abandon(kA);  // under way
  EXPECT_TRUE(logic_.logins[0].cancelled);
  EXPECT_FALSE(logic_.logins[1].cancelled);
  answer(0, Error{Error::Code::kUnavailable, "cancelled"});
  EXPECT_EQ(logic_.logins.size(), 2U);
  EXPECT_EQ(stats_.connects_abandoned.value(), 2U);
  EXPECT_EQ(stats_.connects_failed.value(), 0U);
}

TEST_F(LoginQueueTest, OutcomesAreCountedApart) {
  queue_.add(ask(kA));
  answer(0, Error{Error::Code::kDenied, "no"});
  queue_.add(ask(kA));
  answer(1, Error{Error::Code::kTimeout, "late"});
  queue_.add(ask(kA));
  answer(2, ConnectGrant{});
  EXPECT_EQ(stats_.connects_refused.value(), 1U);
  EXPECT_EQ(stats_.connects_failed.value(), 1U);
  EXPECT_EQ(stats_.connects_ok.value(), 1U);
  EXPECT_EQ(queue_.answered(), 3U);
}

TEST_F(LoginQueueTest, OlderConnectionsOfTheKeyAreClosedWhereTheyAre) {
  queue_.add(ask(kA));
  ConnectGrant grant;
  grant.replaced = {kB};
  answer(0, std::move(grant));
  EXPECT_TRUE(first_.kicked.empty());
  EXPECT_EQ(second_.kicked, std::vector{kB});
}

}  // namespace
}  // namespace im::comet
