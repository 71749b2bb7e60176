#include "router/state/router_state.hpp"

#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

using namespace std::chrono_literals;

/// A lease of 20 s, over after 60 ticks of a second each.
class RouterStateTest : public testing::Test {
 protected:
  static constexpr auto kLease = 20s;
  RouterStateTest() {
    state_.own(kRegistrySlot, 1);
    NodeRow row;
    row.kind = NodeKind::kComet;
    row.name = "c1";
    row.grpc_address = "a:1";
    comet_ = state_.register_node(row, {}).value().self;
  }
  void tick_past_the_lease(bool firm) {
    const TimePoint until = now_ + 3 * kLease;
    while (now_ < until) state_.tick(firm, now_ += 1s);
  }
  NodeRegistry::Lease renew() { return state_.renew(NodeKind::kComet, "c1", comet_.epoch, {}); }

  FakeJournal journal_;
  RouterState state_{1, kLease, journal_};
  CometInstance comet_;
  TimePoint now_ = monotonic_now();
};

TEST_F(RouterStateTest, WhoDoesNotRenewIsGone) {
  tick_past_the_lease(true);
  EXPECT_EQ(renew(), NodeRegistry::Lease::kUnknown);
  EXPECT_FALSE(state_.alive(comet_));
}

TEST_F(RouterStateTest, ARouterInDoubtThatRefusesRenewalsEndsNobodysLease) {
  tick_past_the_lease(false);
  EXPECT_TRUE(state_.alive(comet_));
  state_.tick(true, now_);
  EXPECT_EQ(renew(), NodeRegistry::Lease::kOk);
}

/// A lease of an hour: what is complete is so for another reason than time.
class FirstStartTest : public testing::Test {
 protected:
  void register_comet(CometInstance previous) {
    NodeRow row;
    row.kind = NodeKind::kComet;
    row.name = "c1";
    row.grpc_address = "a:1";
    ASSERT_TRUE(state_.register_node(row, previous).ok());
  }

  FakeJournal journal_;
  RouterState state_{1, 1h, journal_};
};

TEST_F(FirstStartTest, AnEmptyMemoryIsNotTheWholeListBeforeALeaseIsOver) {
  state_.own(kRegistrySlot, 1);
  EXPECT_FALSE(state_.registry_complete());
  register_comet({});
  EXPECT_FALSE(state_.registry_complete());
}

TEST_F(FirstStartTest, OfTheClusterTheEmptyListIsWhole) {
  state_.begin_first();
  state_.own(kRegistrySlot, 1);
  EXPECT_TRUE(state_.registry_complete());
  register_comet({});
  EXPECT_TRUE(state_.registry_complete());
}

TEST_F(FirstStartTest, ACometThatHadAPlaceShowsThatItIsNotTheFirst) {
  state_.begin_first();
  state_.own(kRegistrySlot, 1);
  register_comet({CometNumber(3), InstanceEpoch(77)});
  EXPECT_FALSE(state_.registry_complete());
}

}  // namespace
}  // namespace im::router
