#include "job/comet_directory.hpp"

#include <gtest/gtest.h>

#include "tests/unit/job/job_fakes.hpp"

namespace im::job {
namespace {

using namespace std::chrono_literals;
using Verdict = CometDirectory::Verdict;

class CometDirectoryTest : public testing::Test {
 protected:
  NodeList list(std::vector<CometNode> comets, std::uint64_t version = 1, std::uint64_t router = 7) {
    return {std::move(comets), router, version, now_};
  }
  void trust_router() {
    directory_.update(list({}), now_);
    now_ += 10s;
  }
  TimePoint now_{1h};
  CometDirectory directory_{10s};
};

TEST_F(CometDirectoryTest, NothingIsKnownBeforeTheFirstAnswer) {
  EXPECT_EQ(directory_.verdict(comet(1), now_, now_ + 1h), Verdict::kUnclear);
}

TEST_F(CometDirectoryTest, WhatIsListedLives) {
  directory_.update(list({node(1)}), now_);
  EXPECT_EQ(directory_.verdict(comet(1), now_, now_), Verdict::kLive);
  EXPECT_EQ(directory_.find(comet(1))->address, "host:1");
}

TEST_F(CometDirectoryTest, AMissingCometIsGoneOnlyByAnAnswerAskedForAfterItWasMet) {
  trust_router();
  const auto met = now_;
  EXPECT_EQ(directory_.verdict(comet(1), met, now_), Verdict::kUnclear);
  directory_.update(list({}, 2), now_);
  EXPECT_EQ(directory_.verdict(comet(1), met, now_), Verdict::kGone);
}

TEST_F(CometDirectoryTest, ANewerInstanceProvesTheOldOneGoneAtOnce) {
  directory_.update(list({node(1, 6)}), now_);
  EXPECT_EQ(directory_.verdict(comet(1, 5), now_ + 1s, now_), Verdict::kGone);
  EXPECT_EQ(directory_.verdict(comet(1, 7), now_ + 1s, now_), Verdict::kUnclear);
  EXPECT_EQ(directory_.verdict(comet(2, 5), now_ + 1s, now_), Verdict::kUnclear);
}

TEST_F(CometDirectoryTest, ARouterThatStartedAnewIsNotBelievedForAWhile) {
  trust_router();
  directory_.update(list({node(1)}, 5), now_);
  directory_.update(list({}, 1, 8), now_);
  EXPECT_EQ(directory_.verdict(comet(1), now_, now_), Verdict::kUnclear);
  now_ += 9s;
  EXPECT_EQ(directory_.verdict(comet(1), now_ - 9s, now_), Verdict::kUnclear);
  now_ += 1s;
  EXPECT_EQ(directory_.verdict(comet(1), now_ - 10s, now_), Verdict::kGone);
}

TEST_F(CometDirectoryTest, AnOvertakenAnswerIsIgnored) {
  directory_.update(list({node(1), node(2)}, 5), now_ + 1s);
  directory_.update(list({node(1)}, 4), now_ + 2s);
  EXPECT_NE(directory_.find(comet(2)), nullptr);
}

TEST_F(CometDirectoryTest, TheLongPollIsNewsAlthoughItWasAskedEarlier) {
  auto early = list({node(1), node(2)}, 6);
  now_ += 5s;
  directory_.update(list({node(1)}, 5), now_);
  directory_.update(early, now_);
  EXPECT_NE(directory_.find(comet(2)), nullptr);
  EXPECT_TRUE(directory_.fresh(now_));
}

}  // namespace
}  // namespace im::job
