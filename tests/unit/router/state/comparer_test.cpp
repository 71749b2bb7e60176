#include "router/state/comparer.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/manual_scheduler.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

using namespace std::chrono_literals;

/// One comet that holds what the test says.
class FakeComet final : public CometSnapshots {
 public:
  void ask(const std::string&, CometInstance, const SlotSet& slots, std::function<void(CometHoldings)> part,
           std::function<void(Status)> done) override {
    ++snapshots;
    CometHoldings held;
    for (const SessionRow& row : sessions) {
      if (slots[home_slot(row.uid.value(), row.key)]) held.sessions.push_back(row);
    }
    part(std::move(held));
    done(Ok{});
  }
  void digest(const std::string&, CometInstance,
              std::function<void(Result<std::vector<std::uint64_t>>)> done) override {
    if (down) return done(Error{Error::Code::kUnavailable, "down"});
    std::vector<std::uint64_t> sums(kSlots);
    for (const SessionRow& row : sessions) sums[home_slot(row.uid.value(), row.key)] += row.epoch.value();
    done(std::move(sums));
  }
  std::vector<SessionRow> sessions;
  int snapshots = 0;
  bool down = false;
};

class ComparerTest : public testing::Test {
 protected:
  ComparerTest() {
    for (std::size_t slot = 0; slot < kSlots; ++slot) state_.own(slot, 1);
    NodeRow node;
    node.kind = NodeKind::kComet;
    node.name = "comet-1";
    node.grpc_address = "here:1";
    comet_ = state_.register_node(node, {}).value().self;
    rebuilder_->start();
    comparer_->start();
    scheduler_.advance(20s);  // what the start asks for is over
    EXPECT_FALSE(rebuilder_->busy());
    asked_ = comets_.snapshots;
  }
  ~ComparerTest() override {
    comparer_->stop();
    rebuilder_->stop();
  }
  SessionRow row(std::int64_t uid, std::chrono::milliseconds age) const {
    SessionRow row;
    row.uid = Uid(uid);
    row.key = "key-" + std::to_string(uid);
    row.comet = comet_;
    row.epoch = SessionEpoch(static_cast<std::uint64_t>(unix_ms() - age.count()) << 20);
    return row;
  }
  void both_have(const SessionRow& row) {
    ASSERT_TRUE(state_.sessions().restore(row));
    comets_.sessions.push_back(row);
  }
  std::size_t found(std::int64_t uid) { return state_.sessions().by_uid(Uid(uid))->size(); }

  ManualScheduler scheduler_;
  FakeJournal journal_;
  RouterState state_{1, 1h, journal_};
  FakeComet comets_;
  std::shared_ptr<Rebuilder> rebuilder_ = std::make_shared<Rebuilder>(scheduler_, state_, comets_, 10s);
  std::shared_ptr<Comparer> comparer_ = std::make_shared<Comparer>(scheduler_, state_, comets_, *rebuilder_);
  CometInstance comet_;
  int asked_ = 0;
};

TEST_F(ComparerTest, WhoAgreesIsNotAskedForSessions) {
  for (int uid = 1; uid <= 100; ++uid) both_have(row(uid, 1h));
  scheduler_.advance(10min);
  EXPECT_EQ(comets_.snapshots, asked_);
  EXPECT_EQ(comparer_->stats().checks, 0U);
}

TEST_F(ComparerTest, ASessionThatItsCometDoesNotHaveGoesWithinAMinute) {
  both_have(row(1, 1h));
  ASSERT_TRUE(state_.sessions().restore(row(2, 1h)));
  scheduler_.advance(60s);
  EXPECT_EQ(found(2), 0U) << "a phantom stayed";
  EXPECT_EQ(found(1), 1U);
  EXPECT_EQ(comparer_->stats().checks, 1U);
}

TEST_F(ComparerTest, ASessionThatOnlyItsCometHasComesBackWithinAMinute) {
  comets_.sessions.push_back(row(7, 1h));
  scheduler_.advance(60s);
  EXPECT_EQ(found(7), 1U) << "connected and not reached";
  scheduler_.advance(5min);
  EXPECT_EQ(comparer_->stats().checks, 1U);
}

TEST_F(ComparerTest, ALoginUnderWayIsLeftAlone) {
  ASSERT_TRUE(state_.sessions().restore(row(3, 0ms)));
  scheduler_.advance(60s);
  EXPECT_EQ(found(3), 1U) << "the comet has yet to hear of it";
}

TEST_F(ComparerTest, ADifferenceThatIsGoneAtTheNextLookIsNone) {
  const SessionRow left = row(4, 1h);
  ASSERT_TRUE(state_.sessions().restore(left));
  scheduler_.advance(Comparer::kEvery);
  state_.sessions().unbind(left.uid, left.key, left.epoch);
  comets_.sessions.push_back(row(5, 1h));
  scheduler_.advance(Comparer::kEvery - 1s);
  EXPECT_EQ(comets_.snapshots, asked_);
}

TEST_F(ComparerTest, ACometThatDoesNotAnswerLosesNothing) {
  ASSERT_TRUE(state_.sessions().restore(row(6, 1h)));
  comets_.down = true;
  scheduler_.advance(5min);
  EXPECT_EQ(found(6), 1U);
  EXPECT_GT(comparer_->stats().failed, 5U);
}

}  // namespace
}  // namespace im::router
