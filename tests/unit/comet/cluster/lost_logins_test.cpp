#include "comet/cluster/lost_logins.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

class LostLoginsTest : public ClusterTest {
 protected:
  std::size_t calls() const { return logic_.disconnects.size(); }
  std::vector<SessionEpoch> told(std::size_t call) const {
    std::vector<SessionEpoch> orders;
    for (const SessionRecord& record : logic_.disconnects[call].first) {
      EXPECT_EQ(record.key, "");
      orders.push_back(record.epoch);
    }
    return orders;
  }
  void answer(Result<Ok> result) {
    logic_.disconnects.back().second(std::move(result));
    control_.run();
  }
  /// Time goes on and every call has this answer.
  void go_on(Duration by, const Result<Ok>& result) {
    for (std::size_t answered = calls(); by > Duration::zero(); by -= LostLogins::kGather) {
      control_.advance(LostLogins::kGather);
      if (calls() > answered) answer(result);
      answered = calls();
    }
  }

  const Error down_{Error::Code::kUnavailable, "down"};
  LostLogins lost_{control_, logic_, [] { return CometInstance{}; }, stats_};
};

TEST_F(LostLoginsTest, AreToldTogetherAndOnceMoreLater) {
  lost_.add(SessionEpoch(5));
  lost_.add(SessionEpoch(7));
  EXPECT_EQ(calls(), 0U);
  control_.advance(LostLogins::kGather);
  ASSERT_EQ(calls(), 1U);
  const std::vector<SessionEpoch> both{SessionEpoch(5), SessionEpoch(7)};
  EXPECT_EQ(told(0), both);
  answer(Ok{});
  control_.advance(LostLogins::kLate - LostLogins::kGather);
  EXPECT_EQ(calls(), 1U);
  control_.advance(2 * LostLogins::kGather);
  ASSERT_EQ(calls(), 2U);
  EXPECT_EQ(told(1), both);
  answer(Ok{});
  control_.advance(10 * LostLogins::kLate);
  EXPECT_EQ(calls(), 2U);
  EXPECT_EQ(stats_.lost_logins_told.value(), 4U);
}

TEST_F(LostLoginsTest, OneWithoutAnOrderCannotBeNamed) {
  lost_.add(SessionEpoch());
  control_.advance(LostLogins::kGather);
  EXPECT_EQ(calls(), 0U);
}

TEST_F(LostLoginsTest, AFailedCallIsRepeatedAndThenLeftToTheSlowPass) {
  lost_.add(SessionEpoch(5));
  go_on(LostLogins::kLate, down_);
  EXPECT_EQ(calls(), static_cast<std::size_t>(LostLogins::kTries));
  EXPECT_EQ(stats_.lost_logins_left.value(), 1U);
  go_on(20 * LostLogins::kLate, down_);
  EXPECT_EQ(calls(), static_cast<std::size_t>(2 * LostLogins::kTries));
}

TEST_F(LostLoginsTest, WhileLogicDoesNotAnswerOneCallWaitsAndWhatIsKeptIsBounded) {
  for (std::uint64_t order = 1; order <= 2 * LostLogins::kMostKept; ++order) lost_.add(SessionEpoch(order));
  control_.advance(100 * LostLogins::kLate);
  ASSERT_EQ(calls(), 1U);
  EXPECT_EQ(told(0).size(), LostLogins::kMost);
  EXPECT_EQ(stats_.lost_logins_left.value(), LostLogins::kMostKept);
}

TEST_F(LostLoginsTest, AStormIsToldTwiceInPortions) {
  for (std::uint64_t order = 1; order <= LostLogins::kMostKept; ++order) lost_.add(SessionEpoch(order));
  go_on(100 * LostLogins::kGather, Ok{});
  EXPECT_EQ(calls(), 2 * LostLogins::kMostKept / LostLogins::kMost);
  EXPECT_EQ(stats_.lost_logins_told.value(), 2 * LostLogins::kMostKept);
}

}  // namespace
}  // namespace im::comet
