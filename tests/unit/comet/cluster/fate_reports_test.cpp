#include "comet/cluster/fate_reports.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

class FateReportsTest : public ClusterTest {
 protected:
  void add(const std::string& name, std::uint64_t delivered) {
    fates_.add(name, {.delivered = delivered, .missed = 0, .dropped = 0, .unwanted = 0});
  }
  void answer(std::size_t call, Result<Ok> result) {
    logic_.fates.at(call).second(std::move(result));
    control_.run();
  }
  const std::vector<FateReport>& told(std::size_t call) { return logic_.fates.at(call).first; }

  FateReports fates_{control_, logic_, [] { return CometInstance{}; }};
};

TEST_F(FateReportsTest, ThePartsOfAPushAreAddedUpAndToldTogether) {
  add("a", 1);
  add("a", 2);
  add("b", 5);
  EXPECT_TRUE(logic_.fates.empty());
  control_.advance(Millis(100));
  ASSERT_EQ(told(0).size(), 2U);
  EXPECT_EQ(told(0)[0].counts.delivered, 3U);
  answer(0, Ok{});
  control_.advance(Millis(5000));
  EXPECT_EQ(logic_.fates.size(), 1U) << "nothing new";
}

TEST_F(FateReportsTest, WhatComesLaterIsToldAsTheWhole) {
  add("a", 1);
  control_.advance(Millis(100));
  add("a", 2);
  control_.advance(Millis(1000));
  EXPECT_EQ(logic_.fates.size(), 1U) << "one call at a time";
  answer(0, Ok{});
  control_.advance(Millis(100));
  EXPECT_EQ(told(1).at(0).counts.delivered, 3U);
}

TEST_F(FateReportsTest, AFailedCallIsRepeated) {
  add("a", 1);
  control_.advance(Millis(100));
  answer(0, Error{Error::Code::kUnavailable, "down"});
  control_.advance(Millis(1000));
  EXPECT_EQ(told(1).at(0).counts.delivered, 1U);
}

TEST_F(FateReportsTest, TheOldestAreForgotten) {
  for (std::size_t i = 0; i < FateReports::kMost + 500; ++i) add(std::to_string(i), 1);
  EXPECT_EQ(fates_.size(), FateReports::kMost);
  control_.advance(Millis(100));
  EXPECT_EQ(told(0).size(), FateReports::kMostPerCall);
  control_.advance(std::chrono::minutes(11));
  add("new", 1);
  EXPECT_EQ(fates_.size(), 1U);
}

}  // namespace
}  // namespace im::comet
