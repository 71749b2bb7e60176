#include "logic/routers/locate_batcher.hpp"

#include <gtest/gtest.h>

namespace im::logic {
namespace {

class LocateBatcherTest : public testing::Test {
 protected:
  void ask(std::int64_t uid) {
    batcher_.locate({.uids = {uid}}, [this, uid](const Result<LocateAnswer>& answer) {
      if (!answer.ok()) {
        order_ += "!" + std::to_string(uid);
        return;
      }
      ASSERT_EQ(answer.value().by_uid.size(), 1U);
      ASSERT_EQ(answer.value().by_uid[0].size(), 1U);
      EXPECT_EQ(answer.value().by_uid[0][0].uid, Uid(uid));
      order_ += std::to_string(uid);
    });
  }
  /// Answers the call under way with the sessions it asked for.
  void answer() {
    auto [asked, done] = std::move(calls_.front());
    calls_.erase(calls_.begin());
    LocateAnswer found;
    for (const auto uid : asked.uids) {
      SessionInfo session;
      session.uid = Uid(uid);
      found.by_uid.push_back({session});
    }
    done(std::move(found));
  }

  std::vector<std::pair<LocateAsk, LocateBatcher::Done>> calls_;
  LocateBatcher batcher_{
      [this](LocateAsk asked, LocateBatcher::Done done) { calls_.emplace_back(std::move(asked), std::move(done)); },
      10};
  std::string order_;
};

TEST_F(LocateBatcherTest, WhatComesDuringACallSharesTheNext) {
  for (int uid = 1; uid <= 5; ++uid) ask(uid);
  ASSERT_EQ(calls_.size(), 1U);
  EXPECT_EQ(calls_[0].first.uids.size(), 1U);
  answer();
  ASSERT_EQ(calls_.size(), 1U);
  EXPECT_EQ(calls_[0].first.uids, (std::vector<std::int64_t>{2, 3, 4, 5}));
  answer();
  EXPECT_EQ(order_, "12345");
  EXPECT_EQ(batcher_.calls(), 2U);
}

TEST_F(LocateBatcherTest, AFailedCallFailsAllOfItAndTheNextGoesOn) {
  ask(1);
  ask(2);
  calls_.front().second(Error{Error::Code::kUnavailable, "down"});
  calls_.erase(calls_.begin());
  answer();
  EXPECT_EQ(order_, "!12");
}

TEST_F(LocateBatcherTest, IsBounded) {
  for (int uid = 0; uid < 20; ++uid) ask(uid);
  EXPECT_EQ(std::count(order_.begin(), order_.end(), '!'), 9);  // one under way, ten waiting
}

TEST_F(LocateBatcherTest, OneCallIsBounded) {
  ask(1);
  LocateAsk large;
  large.uids.resize(999);
  batcher_.locate(large, [](const Result<LocateAnswer>&) {});
  ask(2);
  answer();
  EXPECT_EQ(calls_.front().first.uids.size(), 999U);
}

}  // namespace
}  // namespace im::logic
