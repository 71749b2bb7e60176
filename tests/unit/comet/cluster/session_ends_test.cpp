#include "comet/cluster/session_ends.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

class SessionEndsTest : public ClusterTest {
 protected:
  void end(std::int64_t uid) {
    ends_.expect();
    SessionRecord record;
    record.uid = Uid(uid);
    ends_.add(std::move(record));
  }
  void answer(std::size_t call, Result<Ok> result) {
    logic_.disconnects[call].second(std::move(result));
    control_.run();
  }

  SessionEnds ends_{control_, logic_, [] { return CometInstance{}; }, stats_};
};

TEST_F(SessionEndsTest, WhatEndsDuringACallRidesTheNextOne) {
  end(1);
  end(2);
  end(3);
  ASSERT_EQ(logic_.disconnects.size(), 1U);
  EXPECT_FALSE(ends_.settled());
  answer(0, Ok{});
  ASSERT_EQ(logic_.disconnects.size(), 2U);
  EXPECT_EQ(logic_.disconnects[1].first.size(), 2U);
  answer(1, Ok{});
  EXPECT_TRUE(ends_.settled());
  EXPECT_EQ(stats_.disconnects_sent.value(), 3U);
}

TEST_F(SessionEndsTest, AFailedCallIsRepeatedAndNothingIsSettledUntilThen) {
  end(1);
  answer(0, Error{Error::Code::kUnavailable, "down"});
  EXPECT_EQ(logic_.disconnects.size(), 1U);
  EXPECT_FALSE(ends_.settled());
  control_.advance(Millis(1000));
  ASSERT_EQ(logic_.disconnects.size(), 2U);
  EXPECT_EQ(logic_.disconnects[1].first.at(0).uid, Uid(1));
  answer(1, Ok{});
  EXPECT_TRUE(ends_.settled());
}

TEST_F(SessionEndsTest, ACallIsBounded) {
  end(0);
  for (int i = 1; i <= 2500; ++i) end(i);
  answer(0, Ok{});
  EXPECT_EQ(logic_.disconnects[1].first.size(), 1000U);
}

}  // namespace
}  // namespace im::comet
