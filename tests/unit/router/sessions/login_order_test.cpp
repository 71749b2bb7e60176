// The order of logins is that of their asking, whenever a router carries them out (issue 17, E.36 and E.49).

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "common/base/cluster_clock.hpp"
#include "router/sessions/session_registry.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

constexpr CometInstance kHere{CometNumber(1), InstanceEpoch(10)};
constexpr CometInstance kThere{CometNumber(2), InstanceEpoch(20)};
constexpr std::int64_t kToday = 1'000'000;  // ms

class LoginOrderTest : public testing::Test {
 protected:
  LoginOrderTest() {
    for (std::size_t slot = 0; slot < kSlots; ++slot) registry_.own(slot, 1);
  }
  SessionRow login(std::int64_t asked_ms, CometInstance comet, std::uint32_t conn, std::int64_t uid = 5) {
    SessionRow row;
    row.uid = Uid(uid);
    row.key = "k";
    row.comet = comet;
    row.conn = ConnId(0, conn, 1);
    row.epoch = SessionEpoch(login_order(asked_ms * 1000, conn));
    return row;
  }
  SessionRegistry::Bound bind(const SessionRow& row) { return *registry_.bind(row); }
  void unbind(const SessionRow& row) { registry_.unbind(row.uid, row.key, row.epoch); }
  /// The connection that pushes to the key reach; 0 = none.
  std::uint32_t reached() {
    const auto rows = registry_.by_key("k")->rows;
    return rows.empty() ? 0 : rows.front().conn.slot();
  }

  std::set<CometInstance> dead_;
  std::int64_t now_ms_ = kToday;
  FakeJournal journal_;
  SessionRegistry registry_{[this](CometInstance comet) { return dead_.contains(comet); }, [this] { return now_ms_; },
                            journal_};
};

TEST_F(LoginOrderTest, ALoginCarriedOutLateTakesNothingFromTheNewerOne) {
  const auto older = login(kToday - 900, kHere, 1), newer = login(kToday - 500, kThere, 2);
  bind(newer);
  const auto late = bind(older);
  EXPECT_TRUE(late.superseded);
  EXPECT_TRUE(late.replaced.empty());
  EXPECT_EQ(reached(), 2U);
  EXPECT_EQ(registry_.sessions(), 1U);
}

TEST_F(LoginOrderTest, ALateOneOfAnotherUserTakesNothingEither) {
  bind(login(kToday - 500, kThere, 2, 6));
  EXPECT_TRUE(bind(login(kToday - 900, kHere, 1, 5)).superseded);
  EXPECT_EQ(reached(), 2U);
  EXPECT_TRUE(registry_.by_uid(Uid(5))->empty());
}

TEST_F(LoginOrderTest, MadeTwiceIsTheSame) {
  bind(login(kToday - 900, kHere, 1));
  const auto row = login(kToday - 500, kThere, 2);
  EXPECT_EQ(bind(row).replaced.size(), 1U);
  const auto again = bind(row);
  EXPECT_FALSE(again.superseded);
  EXPECT_EQ(again.replaced.size(), 1U);  // the first answer may have been lost
  EXPECT_EQ(registry_.sessions(), 1U);
}

TEST_F(LoginOrderTest, TakenBackBeforeItIsCarriedOut) {
  const auto row = login(kToday - 900, kHere, 1);
  unbind(row);
  EXPECT_TRUE(bind(row).superseded);
  EXPECT_EQ(reached(), 0U);
}

TEST_F(LoginOrderTest, TooOldIsNotCarriedOut) {
  EXPECT_TRUE(bind(login(kToday - SessionRegistry::kUnderWayMs - 1, kHere, 1)).superseded);
  EXPECT_EQ(registry_.sessions(), 0U);
}

TEST_F(LoginOrderTest, WhatALoginReplacedComesBackWhenItIsTakenBack) {
  const auto first = login(kToday - 900, kHere, 1), second = login(kToday - 500, kThere, 2);
  bind(first);
  bind(second);
  unbind(second);
  EXPECT_EQ(reached(), 1U);
  EXPECT_EQ(registry_.by_uid(Uid(5))->front().epoch, first.epoch);
}

TEST_F(LoginOrderTest, WhatHasEndedOrIsOfADeadCometDoesNotComeBack) {
  const auto first = login(kToday - 900, kHere, 1), second = login(kToday - 500, kThere, 2);
  bind(first);
  bind(second);
  unbind(first);
  unbind(second);
  EXPECT_EQ(reached(), 0U);
  const auto third = login(kToday - 400, kHere, 3), fourth = login(kToday - 300, kThere, 4);
  bind(third);
  bind(fourth);
  dead_.insert(kHere);
  unbind(fourth);
  EXPECT_EQ(reached(), 0U);
}

TEST_F(LoginOrderTest, AnEndLongAfterTheLoginBringsNothingBack) {
  const auto first = login(kToday - 900, kHere, 1), second = login(kToday - 500, kThere, 2);
  bind(first);
  bind(second);
  now_ms_ += SessionRegistry::kUnderWayMs;
  unbind(second);
  EXPECT_EQ(reached(), 0U);
}

/// Clocks of routers do not decide: what was bound by one whose wall clock is an hour ahead does not stop the next
/// user.
TEST_F(LoginOrderTest, AnEpochOfARouterWithAnotherClockDoesNotRefuseLogins) {
  FakeJournal journal;
  SessionRegistry ahead([](CometInstance) { return true; }, [] { return kToday + 3'600'000; }, journal);
  for (std::size_t slot = 0; slot < kSlots; ++slot) ahead.own(slot, 1);
  const auto row = login(kToday - 900, kHere, 1, 5);
  // Too old for a clock that is an hour ahead: refused there, never bound with an epoch of its own.
  EXPECT_TRUE(ahead.bind(row)->superseded);
  EXPECT_EQ(bind(row).epoch, row.epoch);
  EXPECT_FALSE(bind(login(kToday - 500, kThere, 2, 6)).superseded);
  EXPECT_EQ(reached(), 2U);
}

/// Any interleaving of binds, repetitions, and takings back over two comets: in the end the newest login that was not
/// taken back has the key.
TEST_F(LoginOrderTest, AnyInterleavingEndsWithTheNewest) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    now_ms_ += 60'000;
    struct Step {
      SessionRow row;
      bool bind;
    };
    std::vector<Step> steps;
    std::set<std::uint32_t> living;
    const std::uint32_t logins = 2 + random() % 4;
    for (std::uint32_t i = 1; i <= logins; ++i) {
      const auto row = login(now_ms_ - 1000 + i * 100, random() % 2 ? kHere : kThere, i, 5);
      const bool given_up = random() % 2 == 0;
      steps.push_back({row, true});
      if (random() % 3 == 0) steps.push_back({row, true});
      if (given_up) {
        steps.push_back({row, false});
      } else {
        living.insert(i);
      }
    }
    std::shuffle(steps.begin(), steps.end(), random);
    for (const Step& step : steps) {
      if (step.bind) {
        // A client that is told of a newer login comes again; logic takes back what a first attempt may have bound.
        if (!bind(step.row).superseded) continue;
        living.erase(step.row.conn.slot());
        unbind(step.row);
      } else {
        unbind(step.row);
      }
    }
    const std::uint32_t newest = living.empty() ? 0 : *living.rbegin();
    ASSERT_EQ(reached(), newest) << "round " << round;
    ASSERT_EQ(registry_.by_uid(Uid(5))->size(), newest == 0 ? 0U : 1U);
    for (const Step& step : steps) unbind(step.row);
    ASSERT_EQ(registry_.sessions(), 0U);
  }
}

}  // namespace
}  // namespace im::router
