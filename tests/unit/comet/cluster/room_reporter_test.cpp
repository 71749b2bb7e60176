#include "comet/cluster/room_reporter.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

class RoomReporterTest : public ClusterTest {
 protected:
  void register_node() {
    lease_.start([](bool) {});
    control_.run();
    logic_.registrations.back().second(
        registry::Registration{{CometNumber(3), InstanceEpoch(70)}, std::chrono::seconds(9), false});
    control_.run();
  }
  void answer_update(Result<Ok> result) {
    logic_.updates.back().second(std::move(result));
    control_.run();
  }

  IpTable ips_;
  CometLease lease_{{}, {control_, control_}, logic_, workers_, {ips_, health_, stats_}};
  RoomReporter rooms_{std::chrono::seconds(10), control_, logic_, workers_, lease_, health_, stats_};
};

TEST_F(RoomReporterTest, NothingIsToldBeforeThisCometHasItsPlace) {
  rooms_.joined(0, "a");
  rooms_.on_second();
  EXPECT_TRUE(logic_.updates.empty());
  EXPECT_TRUE(logic_.reports.empty());
  register_node();
  rooms_.on_second();
  EXPECT_EQ(logic_.updates.size(), 1U);
  EXPECT_EQ(logic_.reports.size(), 1U);
}

TEST_F(RoomReporterTest, AJoinIsAnsweredWhenTheRouterHasTakenIt) {
  register_node();
  rooms_.joined(1, "a");
  ASSERT_EQ(logic_.updates.size(), 1U);
  EXPECT_TRUE(second_.ready.empty());
  answer_update(Ok{});
  EXPECT_EQ(second_.ready, std::vector<std::string>{"a"});
  rooms_.joined(0, "a");
  EXPECT_EQ(first_.ready, std::vector<std::string>{"a"}) << "known already";
  EXPECT_EQ(logic_.updates.size(), 1U);
}

TEST_F(RoomReporterTest, AFailedUpdateIsRepeatedByOneTimerAndTellsReadinessWhenItLasts) {
  register_node();
  rooms_.joined(0, "a");
  answer_update(Error{Error::Code::kUnavailable, "down"});
  rooms_.joined(0, "b");
  EXPECT_EQ(logic_.updates.size(), 1U) << "the failure is waited out";
  for (int i = 0; i < 20; ++i) {
    control_.advance(std::chrono::seconds(4));
    answer_update(Error{Error::Code::kUnavailable, "down"});
  }
  EXPECT_FALSE(health_.ready());
  control_.advance(std::chrono::seconds(4));
  answer_update(Ok{});
  EXPECT_TRUE(health_.ready());
  EXPECT_EQ(first_.ready.size(), 2U);
}

TEST_F(RoomReporterTest, CountsGoUpAndTotalsComeDown) {
  register_node();
  first_.counts = {{"a", 2}};
  second_.counts = {{"a", 3}};
  rooms_.on_second();
  logic_.reports.back().done(OnlineTotals{{{"z", 9}}, {}});
  control_.run();
  EXPECT_EQ(first_.totals, (RoomCounts{{"z", 9}}));
  rooms_.on_second();
  EXPECT_EQ(logic_.reports.back().counts, (RoomCounts{{"a", 5}}));
}

TEST_F(RoomReporterTest, AReportThatIsNotAnsweredIsNotRepeated) {
  register_node();
  rooms_.on_second();
  rooms_.on_second();
  EXPECT_EQ(logic_.reports.size(), 1U);
}

}  // namespace
}  // namespace im::comet
