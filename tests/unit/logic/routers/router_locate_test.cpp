#include "logic/routers/router_locate.hpp"

#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::logic {
namespace {

using namespace std::chrono_literals;

/// Two routers: even slots at 0, odd ones at 1. Each answers at once, or stands still.
class TwoRouters final : public LocatePort {
 public:
  int owner_index(std::size_t slot) const override { return static_cast<int>(slot % 2); }
  void ask(int router, im::router::LocateRequest request, std::chrono::milliseconds patience, Done done) override {
    ++asked[router];
    if (still.contains(router)) {
      scheduler_.post_after(patience, [done = std::move(done)] { done(Error{Error::Code::kTimeout, "silent"}); });
      return;
    }
    im::router::LocateReply reply;
    for (const auto uid : request.uids()) {
      auto& session = *reply.add_by_uid()->add_sessions();
      session.set_uid(uid);
      session.set_key("k");
    }
    scheduler_.post_after(1ms, [done = std::move(done), reply] { done(reply); });
  }
  void refresh() override {}
  Scheduler& scheduler() override { return scheduler_; }

  ManualScheduler scheduler_;
  std::map<int, int> asked;
  std::set<int> still;
};

class RouterLocateTest : public testing::Test {
 protected:
  RouterLocateTest() {
    while (slot_of(even_) % 2 != 0) ++even_;
    while (slot_of(odd_) % 2 != 1) ++odd_;
  }
  /// Asks for a user of each router; how long the answer took.
  Duration locate() {
    const auto begin = routers_.scheduler_.now();
    auto took = Duration::max();
    locate_at_routers(routers_, patience_, {.uids = {even_, odd_}}, [&](LocateAnswer answer) {
      answer_ = std::move(answer);
      took = routers_.scheduler_.now() - begin;
    });
    EXPECT_EQ(took, Duration::max()) << "called back before it returned";
    for (int i = 0; i < 1000 && took == Duration::max(); ++i) routers_.scheduler_.advance(1ms);
    return took;
  }

  std::int64_t even_ = 1, odd_ = 1;
  TwoRouters routers_;
  std::shared_ptr<RouterPatience> patience_ = std::make_shared<RouterPatience>();
  LocateAnswer answer_;
};

TEST_F(RouterLocateTest, AsksEachRouterForItsPart) {
  EXPECT_LE(locate(), 2ms);
  EXPECT_TRUE(answer_.complete);
  EXPECT_EQ(answer_.by_uid[0].size(), 1U);
  EXPECT_EQ(answer_.by_uid[1].size(), 1U);
}

TEST_F(RouterLocateTest, ARouterThatStandsStillCostsItsPatienceOnceAndThenNothing) {
  routers_.still = {1};
  EXPECT_LE(locate(), 101ms);
  EXPECT_FALSE(answer_.complete);
  EXPECT_FALSE(answer_.unknown_uid(0));
  EXPECT_TRUE(answer_.unknown_uid(1));
  for (int i = 0; i < 200; ++i) {
    EXPECT_LE(locate(), 2ms) << "a push waited for it again";
    EXPECT_EQ(answer_.by_uid[0].size(), 1U);
    EXPECT_TRUE(answer_.unknown_uid(1));
  }
  EXPECT_LE(routers_.asked[1], 3) << "one question at a time finds out whether it is back";
}

TEST_F(RouterLocateTest, ARouterThatAnswersAgainIsWaitedForAgain) {
  routers_.still = {1};
  locate();
  routers_.still.clear();
  locate();
  EXPECT_TRUE(answer_.unknown_uid(1)) << "only asked";
  routers_.scheduler_.advance(2ms);
  EXPECT_LE(locate(), 2ms);
  EXPECT_TRUE(answer_.complete);
  EXPECT_EQ(answer_.by_uid[1].size(), 1U);
}

TEST_F(RouterLocateTest, TwoSilentRoutersAreNoAnswerButOneAtOnce) {
  routers_.still = {0, 1};
  EXPECT_LE(locate(), 101ms);
  EXPECT_LE(locate(), 1ms);
  EXPECT_TRUE(answer_.unknown_uid(0));
  EXPECT_TRUE(answer_.unknown_uid(1));
}

}  // namespace
}  // namespace im::logic
