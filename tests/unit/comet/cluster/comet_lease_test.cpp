#include "comet/cluster/comet_lease.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

using registry::LeaseState;
using registry::Registration;
using registry::Renewal;

class CometLeaseTest : public ClusterTest {
 protected:
  void start() {
    lease_.start([this](bool first) { registered_.push_back(first); });
    control_.run();
  }
  void answer_registration(Result<Registration> result) {
    logic_.registrations.back().second(std::move(result));
    control_.run();
  }
  static Registration granted(std::uint64_t epoch, bool kept = false) {
    return {{CometNumber(3), InstanceEpoch(epoch)}, std::chrono::seconds(9), kept, 0};
  }
  void answer_renewal(LeaseState state) { answer_renewal(Result<Renewal>(Renewal{state, 0})); }
  void answer_renewal(Result<Renewal> answer) {
    logic_.renewals.back().second(std::move(answer));
    control_.run();
  }

  IpTable ips_;
  CometLease lease_{{}, {control_, control_}, logic_, workers_, {ips_, health_, stats_}};
  std::vector<bool> registered_;
};

TEST_F(CometLeaseTest, ReadyOnceItIsRegistered) {
  start();
  EXPECT_FALSE(health_.ready());
  answer_registration(Error{Error::Code::kUnavailable, "no router"});
  EXPECT_FALSE(health_.ready());
  control_.advance(Millis(500));
  answer_registration(granted(70));
  EXPECT_EQ(registered_, std::vector{true});
  EXPECT_EQ(lease_.self().epoch, InstanceEpoch(70));
  EXPECT_TRUE(health_.ready());
}

TEST_F(CometLeaseTest, ALeaseThatIsUnknownIsRegisteredAgainUnderTheOldName) {
  start();
  answer_registration(granted(70));
  control_.advance(Millis(3000));
  answer_renewal(LeaseState::kUnknown);
  ASSERT_EQ(logic_.registrations.size(), 2U);
  EXPECT_EQ(logic_.registrations[1].first.epoch, InstanceEpoch(70));
  answer_registration(granted(70, true));
  EXPECT_TRUE(first_.closed.empty()) << "the place was kept, and the clients with it";
  EXPECT_EQ(registered_, (std::vector{true, false}));
}

TEST_F(CometLeaseTest, AnotherEpochMeansThatAllClientsComeAgain) {
  start();
  answer_registration(granted(70));
  control_.advance(Millis(3000));
  answer_renewal(LeaseState::kUnknown);
  answer_registration(granted(71));
  const std::vector<std::pair<CloseReason, std::uint32_t>> all{{CloseReason::kFenced, 1}};
  EXPECT_EQ(first_.closed, all);
  EXPECT_EQ(second_.closed, all);
}

TEST_F(CometLeaseTest, FencedItClosesItsClientsAndGivesItsNumberBack) {
  start();
  answer_registration(granted(70));
  control_.advance(Millis(3000));
  answer_renewal(LeaseState::kFenced);
  EXPECT_EQ(first_.closed.size(), 1U);
  EXPECT_EQ(stats_.fenced.value(), 1U);
  ASSERT_EQ(logic_.registrations.size(), 2U);
  EXPECT_EQ(logic_.registrations[1].first.number, CometNumber(0));
}

TEST_F(CometLeaseTest, AFailedRenewalIsRepeatedAndClosesNobody) {
  start();
  answer_registration(granted(70));
  control_.advance(Millis(3000));
  answer_renewal(Error{Error::Code::kTimeout, "slow"});
  EXPECT_FALSE(health_.ready());
  control_.advance(Millis(500));
  EXPECT_EQ(logic_.renewals.size(), 2U);
  answer_renewal(LeaseState::kOk);
  EXPECT_TRUE(health_.ready());
  EXPECT_TRUE(first_.closed.empty());
  EXPECT_EQ(stats_.lease_failures.value(), 1U);
}

TEST_F(CometLeaseTest, DrainingIsSaidAtOnceAndTheLeaseGoesOn) {
  start();
  answer_registration(granted(70));
  lease_.start_draining();
  control_.run();
  ASSERT_EQ(logic_.renewals.size(), 1U);
  EXPECT_TRUE(logic_.renewals[0].first.draining);
  answer_renewal(LeaseState::kOk);
  control_.advance(Millis(3000));
  EXPECT_EQ(logic_.renewals.size(), 2U) << "a drain may last longer than a lease";
}

TEST_F(CometLeaseTest, WhateverTheControlThreadHasToDoTheLeaseIsRenewed) {
  ManualScheduler lane;
  CometLease lease({}, {control_, lane}, logic_, workers_, {ips_, health_, stats_});
  lease.start([](bool) {});
  lane.run();
  logic_.registrations.back().second(granted(70));
  lane.run();
  for (std::size_t count = 1; count <= 5; ++count) {
    lane.advance(Millis(3000));
    ASSERT_EQ(logic_.renewals.size(), count);
    logic_.renewals.back().second(Renewal{LeaseState::kOk, 0});
    lane.run();
  }
  lane.advance(Millis(3000));
  logic_.renewals.back().second(Renewal{LeaseState::kFenced, 0});
  lane.run();
  EXPECT_EQ(first_.closed.size(), 1U) << "nor do its clients wait, when the place is gone";
  EXPECT_FALSE(health_.ready());
  control_.run();
  EXPECT_TRUE(health_.ready());
  EXPECT_EQ(stats_.fenced.value(), 1U);
}

TEST_F(CometLeaseTest, LoginsAreOrderedByTheClockOfTheCluster) {
  start();
  ConnectAsk login;
  login.asked = control_.now();
  EXPECT_EQ(lease_.order_of(login), SessionEpoch());
  Registration told = granted(70);
  told.clock_us = 5'000'000;
  answer_registration(told);
  const SessionEpoch first = lease_.order_of(login);
  login.asked += Millis(1);
  EXPECT_EQ(first, SessionEpoch(login_order(5'000'000, 3 * 31)));
  EXPECT_LT(first, lease_.order_of(login));
}

TEST_F(CometLeaseTest, ClientsAreClosedInFortyPortionsOverTwoSeconds) {
  lease_.close_in_parts(CloseReason::kMissed);
  EXPECT_EQ(first_.closed.size(), 1U);
  control_.advance(Millis(2000));
  EXPECT_EQ(first_.closed.size(), 40U);
  EXPECT_EQ(second_.closed.back(), std::pair(CloseReason::kMissed, 40U));
}

}  // namespace
}  // namespace im::comet
