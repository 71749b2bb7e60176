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

  std::vector<SessionEpoch> lost_;
  LoginQueue queue_{
      {.least = 1, .first = 2, .most = 2}, control_, logic_, workers_, stats_, [this](SessionEpoch order) {
        lost_.push_back(order);
      }};
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
  control_.advance(LoginQueue::kPatience);
  EXPECT_TRUE(logic_.logins[0].cancelled);
  EXPECT_FALSE(logic_.logins[1].cancelled);
  answer(0, Error{Error::Code::kUnavailable, "cancelled"});
  EXPECT_EQ(logic_.logins.size(), 2U);
  EXPECT_EQ(stats_.connects_abandoned.value(), 2U);
  EXPECT_EQ(stats_.connects_failed.value(), 0U);
}

TEST_F(LoginQueueTest, WhatWasNotAnsweredMayHaveMadeASession) {
  for (std::uint64_t order = 1; order <= 4; ++order) {
    ConnectAsk login = ask(kA);
    login.order = SessionEpoch(order);
    queue_.add(login);
    if (order == 4) queue_.abandon(kA);
    const auto codes = {Error::Code::kUnavailable, Error::Code::kTimeout, Error::Code::kDenied,
                        Error::Code::kUnavailable};
    answer(order - 1, Error{codes.begin()[order - 1], "no answer"});
  }
  EXPECT_EQ(lost_, (std::vector{SessionEpoch(1), SessionEpoch(2), SessionEpoch(4)})) << "a refused one made none";
}

TEST_F(LoginQueueTest, TheAnswerToAClientThatLeftIsHeardSoThatItsSessionIsEnded) {
  queue_.add(ask(kA));
  queue_.abandon(kA);
  control_.advance(LoginQueue::kPatience / 2);
  EXPECT_FALSE(logic_.logins[0].cancelled) << "its answer may be on the way already";
  ConnectGrant grant;
  grant.replaced = {kB};
  answer(0, std::move(grant));
  EXPECT_EQ(first_.answers, (std::vector<std::pair<ConnId, bool>>{{kA, true}}));
  EXPECT_EQ(second_.kicked, std::vector{kB});
  EXPECT_EQ(second_.why, CloseReason::kMissed) << "its place may be gone: it comes again, and is not sent away";
  control_.advance(LoginQueue::kPatience);
  EXPECT_FALSE(logic_.logins[0].cancelled);
}

TEST_F(LoginQueueTest, WhoWaitsInTheMiddleCanLeaveAndTheOrderStays) {
  const ConnId d(0, 4, 1), e(1, 5, 1);
  for (const ConnId conn : {kA, kB, kC, d, e}) queue_.add(ask(conn));
  queue_.abandon(d);
  answer(0, ConnectGrant{});
  answer(1, ConnectGrant{});
  ASSERT_EQ(logic_.logins.size(), 4U);
  EXPECT_EQ(logic_.logins[2].ask.conn, kC);
  EXPECT_EQ(logic_.logins[3].ask.conn, e);
  EXPECT_TRUE(queue_.idle());
}

TEST_F(LoginQueueTest, WhenNobodyAnswersLessIsAskedAtOnce) {
  for (const ConnId conn : {kA, kB, kC}) queue_.add(ask(conn));
  answer(0, Error{Error::Code::kTimeout, "late"});
  EXPECT_EQ(queue_.window(), 1U);
  EXPECT_EQ(logic_.logins.size(), 2U) << "one is still under way";
  answer(1, ConnectGrant{});
  EXPECT_EQ(logic_.logins.size(), 3U);
}

TEST_F(LoginQueueTest, AClientThatLeavesIsNoSignOfASlowLogic) {
  for (const ConnId conn : {kA, kB, kC}) queue_.add(ask(conn));
  queue_.abandon(kA);
  answer(0, Error{Error::Code::kUnavailable, "cancelled"});
  EXPECT_EQ(queue_.window(), 2U);
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
  EXPECT_EQ(second_.why, CloseReason::kReplaced);
}

}  // namespace
}  // namespace im::comet
