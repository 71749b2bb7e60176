#include "common/registry/node_lease.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_registry.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::registry {
namespace {

using namespace std::chrono_literals;

class NodeLeaseTest : public testing::Test {
 protected:
  static Registration granted(std::uint64_t epoch, std::int64_t clock_us = 0) {
    return {{CometNumber(3), InstanceEpoch(epoch)}, 9s, false, clock_us};
  }
  LeaseHooks hooks() {
    LeaseHooks hooks;
    hooks.load = [this] { return load_; };
    hooks.registered = [this](const Registration&, bool first) { registered_.push_back(first); };
    hooks.displaced = [this] { displaced_.push_back(lease_->self().epoch.value()); };
    hooks.renewed = [this] { ++renewed_; };
    hooks.failed = [this](const Error& error) { failed_.push_back(error.message); };
    hooks.ended = [this](LeaseEnd end) { ended_.push_back(end); };
    return hooks;
  }
  void enter(Result<Registration> result) {
    const auto done = std::move(registry_.registrations.back().done);
    done(std::move(result));
    scheduler_.run();
  }
  void renewal(Result<Renewal> result) {
    const auto done = std::move(registry_.renewals.back().done);
    done(std::move(result));
    scheduler_.run();
  }
  void renewal(LeaseState state) { renewal(Result<Renewal>(Renewal{state, 0})); }
  void start_with(std::uint64_t epoch) {
    lease_->start();
    enter(granted(epoch));
  }
  /// Neither timers nor threads run meanwhile: a stopped process, or a machine that sleeps.
  void stand_still(std::chrono::nanoseconds time) { slept_ += time; }

  ManualScheduler scheduler_;
  FakeRegistry registry_;
  NodeLoad load_;
  std::vector<bool> registered_;
  std::vector<std::uint64_t> displaced_;  ///< the epochs that were seen then
  std::vector<std::string> failed_;
  std::vector<LeaseEnd> ended_;
  int renewed_ = 0;
  std::chrono::nanoseconds slept_{0};
  std::shared_ptr<NodeLease> lease_ =
      std::make_shared<NodeLease>(scheduler_, registry_, Node{.kind = NodeKind::kComet, .name = "c1"}, hooks(),
                                  [this] { return scheduler_.now().time_since_epoch() + slept_; });
};

TEST_F(NodeLeaseTest, RegistersUntilItIsTakenAndRenewsEveryThird) {
  lease_->start();
  enter(Error{Error::Code::kUnavailable, "no router"});
  EXPECT_FALSE(lease_->registered());
  scheduler_.advance(500ms);
  ASSERT_EQ(registry_.registrations.size(), 2U);
  enter(granted(70));
  EXPECT_EQ(registered_, std::vector{true});
  EXPECT_EQ(failed_, std::vector<std::string>{"no router"});
  EXPECT_EQ(lease_->self(), (CometInstance{CometNumber(3), InstanceEpoch(70)}));
  scheduler_.advance(2900ms);
  EXPECT_TRUE(registry_.renewals.empty());
  scheduler_.advance(200ms);
  ASSERT_EQ(registry_.renewals.size(), 1U);
  EXPECT_EQ(registry_.renewals[0].self.epoch, InstanceEpoch(70));
  renewal(LeaseState::kOk);
  EXPECT_EQ(renewed_, 1);
  scheduler_.advance(3s);
  EXPECT_EQ(registry_.renewals.size(), 2U);
}

TEST_F(NodeLeaseTest, ALostLeaseIsRegisteredAgainWithWhatItWas) {
  start_with(70);
  scheduler_.advance(3s);
  renewal(LeaseState::kUnknown);
  ASSERT_EQ(registry_.registrations.size(), 2U);
  EXPECT_EQ(registry_.registrations[1].previous, (CometInstance{CometNumber(3), InstanceEpoch(70)}));
  enter(granted(71));
  EXPECT_EQ(registered_, (std::vector{true, false}));
  EXPECT_TRUE(ended_.empty());
}

TEST_F(NodeLeaseTest, WhoLosesItsPlaceHearsOfItBeforeTheNewOneIsSeen) {
  start_with(70);
  EXPECT_TRUE(displaced_.empty());
  for (const bool kept : {true, false}) {
    scheduler_.advance(3s);
    renewal(LeaseState::kUnknown);
    enter(Registration{{CometNumber(3), InstanceEpoch(kept ? 70 : 71)}, 9s, kept, 0});
  }
  EXPECT_EQ(displaced_, std::vector<std::uint64_t>{70})
      << "who comes to the new place is not sent away with the others";
  EXPECT_EQ(lease_->self().epoch, InstanceEpoch(71));
}

TEST_F(NodeLeaseTest, FencedItGivesItsPlaceUp) {
  start_with(70);
  scheduler_.advance(3s);
  renewal(LeaseState::kFenced);
  EXPECT_EQ(ended_, std::vector{LeaseEnd::kFenced});
  ASSERT_EQ(registry_.registrations.size(), 2U);
  EXPECT_EQ(registry_.registrations[1].previous.number, CometNumber(0));
}

TEST_F(NodeLeaseTest, AFailedRenewalIsRepeatedAndEndsNothing) {
  start_with(70);
  scheduler_.advance(3s);
  renewal(Error{Error::Code::kTimeout, "slow"});
  EXPECT_EQ(failed_, std::vector<std::string>{"slow"});
  scheduler_.advance(30s);
  EXPECT_TRUE(ended_.empty()) << "a node that runs does not decide that its lease is over";
  ASSERT_EQ(registry_.renewals.size(), 2U);
  renewal(LeaseState::kOk);
  EXPECT_EQ(renewed_, 1);
}

TEST_F(NodeLeaseTest, ANodeThatStoodStillBeyondItsLeaseAsksForNoOldPlace) {
  start_with(70);
  scheduler_.advance(3s);  // a renewal is under way, and its answer still says that all is well
  stand_still(10s);
  renewal(LeaseState::kOk);
  EXPECT_EQ(ended_, std::vector{LeaseEnd::kSlept});
  ASSERT_EQ(registry_.registrations.size(), 2U);
  EXPECT_EQ(registry_.registrations[1].previous.number, CometNumber(0));
  enter(granted(71));
  EXPECT_EQ(ended_.size(), 1U);
}

TEST_F(NodeLeaseTest, AStandstillIsNoticedWithinASecond) {
  start_with(70);
  stand_still(10s);
  scheduler_.advance(1s);
  EXPECT_EQ(ended_, std::vector{LeaseEnd::kSlept});
  scheduler_.advance(5s);
  EXPECT_EQ(ended_.size(), 1U);
}

TEST_F(NodeLeaseTest, AShortStandstillWithinTheLeaseChangesNothing) {
  start_with(70);
  stand_still(4s);
  scheduler_.advance(1s);
  EXPECT_TRUE(ended_.empty());
}

TEST_F(NodeLeaseTest, WhatChangedIsSaidAtOnceAndTheOldTurnIsForgotten) {
  start_with(70);
  scheduler_.advance(1s);
  load_.draining = true;
  lease_->renew_now();
  ASSERT_EQ(registry_.renewals.size(), 1U);
  EXPECT_TRUE(registry_.renewals[0].load.draining);
  renewal(LeaseState::kOk);
  scheduler_.advance(2900ms);
  EXPECT_EQ(registry_.renewals.size(), 1U) << "one chain of renewals, not two";
  scheduler_.advance(200ms);
  EXPECT_EQ(registry_.renewals.size(), 2U);
}

TEST_F(NodeLeaseTest, TheClockOfTheClusterIsHeardAndHandedOn) {
  lease_->start();
  EXPECT_EQ(registry_.registrations[0].clock_us, 0);
  enter(granted(70, 5'000'000));
  EXPECT_EQ(lease_->clock().at(scheduler_.now()), 5'000'000);
  scheduler_.advance(3s);
  renewal(LeaseState::kUnknown);
  EXPECT_EQ(registry_.registrations[1].clock_us, 8'000'000);
}

TEST_F(NodeLeaseTest, NothingHappensAfterStop) {
  start_with(70);
  scheduler_.advance(3s);
  lease_->stop();
  renewal(LeaseState::kFenced);
  scheduler_.advance(60s);
  EXPECT_TRUE(ended_.empty());
  EXPECT_EQ(registry_.registrations.size(), 1U);
  EXPECT_EQ(registry_.renewals.size(), 1U);
}

}  // namespace
}  // namespace im::registry
