#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "router/locate.hpp"
#include "router/state/rebuilder.hpp"
#include "router/state/router_state.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

using namespace std::chrono_literals;

constexpr Uid kUser{5};
constexpr char kKey[] = "phone";
constexpr std::int64_t kClusterMs = 1'800'000'000'000;  ///< of the cluster's clock, in ms

NodeRow comet_row(CometInstance comet) {
  NodeRow row;
  row.kind = NodeKind::kComet;
  row.name = "c1";
  row.grpc_address = "a:1";
  row.instance = comet;
  return row;
}

/// A session as another router has left it in the store: its login is long over.
SessionRow session_at(CometInstance comet) {
  SessionRow row;
  row.uid = kUser;
  row.key = kKey;
  row.comet = comet;
  row.epoch = SessionEpoch(static_cast<std::uint64_t>(kClusterMs - 3'600'000) << 20);
  return row;
}

/// A router that starts beside another one and takes its slots before it knows any node.
class TakeoverTest : public testing::Test {
 protected:
  void take_slots(const SessionRow& row) {
    take(home_slot(row.uid.value(), row.key), {{session_field(row.uid, row.key), encode(row)}});
    take(slot_of(row.key), {{key_home_field(row.key), encode(KeyOwner{row.uid, row.epoch, row.comet})}});
  }
  void take(std::size_t slot, SlotFields fields) {
    state_.load(slot, fields);
    state_.own(slot, 1);
  }
  /// Every slot is looked at several times.
  void reclaim() {
    for (std::size_t tick = 0; tick < 4 * kSlots / 32; ++tick) state_.tick(true);
  }
  std::size_t found() { return state_.sessions().by_uid(kUser)->size(); }
  LocateReply locate() {
    LocateRequest request;
    request.add_uids(kUser.value());
    request.add_keys(kKey);
    LocateReply reply;
    Locate(state_, stats_, true).answer(request, reply);
    return reply;
  }

  const CometInstance comet_{CometNumber(1), InstanceEpoch(static_cast<std::uint64_t>(kClusterMs - 7'200'000))};
  FakeJournal journal_;
  RouterState state_{1, 10s, journal_};
  RpcStats stats_;
};

TEST_F(TakeoverTest, BeforeItKnowsTheNodesNothingIsTakenForDead) {
  take_slots(session_at(comet_));
  reclaim();
  EXPECT_EQ(found(), 1U);
  EXPECT_EQ(state_.sessions().by_key(kKey)->rows.size(), 1U);
  EXPECT_TRUE(locate().by_uid(0).unknown());
  state_.follow({comet_row(comet_)}, true, kClusterMs * 1000);
  reclaim();
  EXPECT_EQ(found(), 1U);
}

TEST_F(TakeoverTest, WhatADeadCometLeftGoesOnceTheListIsWhole) {
  take_slots(session_at(comet_));
  state_.follow({}, false, kClusterMs * 1000);
  reclaim();
  EXPECT_EQ(found(), 1U) << "the leader does not know everybody yet";
  state_.follow({}, true, kClusterMs * 1000);
  reclaim();
  EXPECT_EQ(found(), 0U);
  EXPECT_TRUE(state_.sessions().by_key(kKey)->rows.empty());
}

TEST_F(TakeoverTest, ACometThatIsTooNewForTheListIsNeitherFoundNorMissed) {
  const CometInstance newer{CometNumber(2), InstanceEpoch(static_cast<std::uint64_t>(kClusterMs - 1))};
  take_slots(session_at(newer));
  state_.follow({}, true, kClusterMs * 1000);
  reclaim();
  EXPECT_EQ(found(), 1U);
  const auto reply = locate();
  EXPECT_TRUE(reply.by_uid(0).unknown());
  EXPECT_EQ(reply.by_uid(0).sessions_size(), 0);
  EXPECT_TRUE(reply.by_key(0).unknown());
}

TEST_F(TakeoverTest, AnOlderLoginDoesNotTakeThePlaceOfOneAtACometNotHeardOf) {
  take_slots(session_at(comet_));
  SessionRow older = session_at({CometNumber(3), InstanceEpoch(1)});
  older.epoch = SessionEpoch(older.epoch.value() - 1);
  state_.sessions().restore(older);
  EXPECT_EQ(state_.sessions().by_uid(kUser)->front().comet, comet_);
}

/// A session that was taken for dead, and a comet that tells it all the same.
TEST_F(TakeoverTest, WhatWasFreedMayBeToldAgain) {
  SessionRow row = session_at(comet_);
  row.epoch = SessionEpoch(static_cast<std::uint64_t>(unix_ms()) << 20);
  take_slots(row);
  state_.follow({}, true, kClusterMs * 1000);
  reclaim();
  ASSERT_EQ(found(), 0U);
  state_.follow({comet_row(comet_)}, true, kClusterMs * 1000);
  EXPECT_EQ(state_.restore(comet_, {{row}, {}}), 1U);
  EXPECT_EQ(found(), 1U);
}

/// A comet that answers when the test says so.
class SlowComet final : public CometSnapshots {
 public:
  void ask(const std::string&, CometInstance, const SlotSet&, std::function<void(CometHoldings)> part,
           std::function<void(Status)> done) override {
    asked.emplace_back(std::move(part), std::move(done));
  }
  void digest(const std::string&, CometInstance, std::function<void(Result<std::vector<std::uint64_t>>)>) override {}
  std::vector<std::pair<std::function<void(CometHoldings)>, std::function<void(Status)>>> asked;
};

class LateAnswerTest : public TakeoverTest {
 protected:
  LateAnswerTest() {
    state_.follow({comet_row(comet_)}, true, kClusterMs * 1000);
    take_slots(row_);
    rebuilder_->start();
  }
  ~LateAnswerTest() override { rebuilder_->stop(); }
  void answer(std::size_t at) {
    comets_.asked[at].first({{row_}, {}});
    comets_.asked[at].second(Ok{});
    scheduler_.advance(1ms);
  }

  const SessionRow row_ = session_at(comet_);
  ManualScheduler scheduler_;
  SlowComet comets_;
  std::shared_ptr<Rebuilder> rebuilder_ = std::make_shared<Rebuilder>(scheduler_, state_, comets_, 10s);
};

TEST_F(LateAnswerTest, WhatCameWhileASlotWasAwayTakesNothingFromItAfterwards) {
  const std::size_t home = home_slot(row_.uid.value(), row_.key);
  scheduler_.advance(30ms);
  answer(0);
  scheduler_.advance(1500ms);  // the second look
  answer(1);
  scheduler_.advance(10s);  // and what nobody has told by now goes
  ASSERT_EQ(comets_.asked.size(), 3U);
  comets_.asked[2].first({{row_}, {}});
  state_.disown(home);
  take(home, {{session_field(row_.uid, row_.key), encode(row_)}});
  comets_.asked[2].second(Ok{});
  scheduler_.advance(1ms);
  EXPECT_EQ(found(), 1U);
}

TEST_F(LateAnswerTest, ASecondLookFromBeforeASlotCameBackIsNotItsSecondLook) {
  const std::size_t home = home_slot(row_.uid.value(), row_.key);
  scheduler_.advance(30ms);
  answer(0);
  state_.disown(home);
  take(home, {});
  scheduler_.advance(30ms);
  answer(1);
  EXPECT_FALSE(state_.complete(home));
  scheduler_.advance(1480ms);
  ASSERT_EQ(comets_.asked.size(), 3U);
  answer(2);
  EXPECT_FALSE(state_.complete(home)) << "its own second look is still to come";
  scheduler_.advance(100ms);
  ASSERT_EQ(comets_.asked.size(), 4U);
  answer(3);
  EXPECT_TRUE(state_.complete(home));
}

}  // namespace
}  // namespace im::router
