#include "tests/load/delivery_judge.hpp"

#include <gtest/gtest.h>

namespace im::load {
namespace {

constexpr std::int64_t kSettle = 100;

/// One receiver, connected from time 10 on, and streams 0 (expected) and 1 (not expected).
struct Scene {
  DeliveryJudge judge{1, 2, 8};
  std::int64_t clock = 20;

  Scene() {
    judge.expect(0, 0);
    judge.up(0, 10);
  }
  /// A push at the clock, acknowledged one unit later.
  std::uint32_t push() {
    const auto number = judge.sent(0, clock);
    judge.acked(0, number, clock + 1);
    clock += 10;
    return number;
  }
  void get(std::uint32_t number) { judge.received(0, 0, number); }
  Verdict verdict() const { return judge.judge(kSettle); }
};

TEST(DeliveryJudge, EverythingOnceInOrderIsClean) {
  Scene run;
  for (int i = 0; i < 3; ++i) run.get(run.push());
  const Verdict verdict = run.verdict();
  EXPECT_TRUE(verdict.clean());
  EXPECT_EQ(verdict.judged, 3U);
  EXPECT_EQ(verdict.delivered, 3U);
}

TEST(DeliveryJudge, AcknowledgedAndNeverReceivedIsLost) {
  Scene run;
  const auto first = run.push();
  run.push();
  run.get(first);
  std::vector<LostPair> lost;
  EXPECT_EQ(run.judge.judge(kSettle, &lost).lost, 1U);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].number, 1U);
}

TEST(DeliveryJudge, WhatIsBehindTheFenceShowsThatTheRestIsBroughtAndIsNotJudged) {
  Scene run;
  const auto before = run.push();
  run.judge.fence();
  run.get(before);
  EXPECT_EQ(run.judge.before_fence(), 1U);
  const auto missing = run.push();
  run.get(run.push());
  EXPECT_EQ(run.judge.before_fence(), 0U);
  const Verdict verdict = run.verdict();
  EXPECT_EQ(missing, 1U);
  EXPECT_EQ(verdict.lost, 0U);
  EXPECT_EQ(verdict.judged, 1U);
}

TEST(DeliveryJudge, ALaterCopyBehindTheFenceIsACopyAllTheSame) {
  Scene run;
  run.judge.fence();
  const auto number = run.push();
  run.get(number);
  run.get(number);
  EXPECT_EQ(run.judge.before_fence(), 0U);
  EXPECT_EQ(run.verdict().dup_same, 1U);
}

TEST(DeliveryJudge, RefusedMayBeMissingAndMayArrive) {
  Scene run;
  run.judge.sent(0, run.clock);
  const auto second = run.judge.sent(0, run.clock);
  run.get(second);
  const Verdict verdict = run.verdict();
  EXPECT_TRUE(verdict.clean());
  EXPECT_EQ(verdict.judged, 0U);
  EXPECT_EQ(verdict.delivered, 1U);
}

TEST(DeliveryJudge, WhatNeverLeftIsAPhantom) {
  Scene run;
  run.judge.withheld(0, run.judge.sent(0, run.clock));
  run.get(0);
  EXPECT_EQ(run.verdict().phantom, 1U);
}

TEST(DeliveryJudge, ALossInsideTheSettleMarginIsACut) {
  Scene run;
  run.push();  // sent at 20, acknowledged at 21
  run.judge.down(0, 21 + kSettle - 1);
  const Verdict verdict = run.verdict();
  EXPECT_EQ(verdict.lost, 0U);
  EXPECT_EQ(verdict.cut, 1U);
  EXPECT_EQ(verdict.missed, 1U);
}

TEST(DeliveryJudge, ALossAtTheEndOfTheSettleMarginIsNoExcuse) {
  Scene run;
  run.push();
  run.judge.down(0, 21 + kSettle);
  EXPECT_EQ(run.verdict().lost, 1U);
}

TEST(DeliveryJudge, WhoLeftSoonerThanTheSlowestDeliveryMayHaveMissedASlowPush) {
  Scene run;
  run.push();
  run.judge.down(0, 21 + kSettle);
  EXPECT_EQ(run.judge.judge(kSettle, nullptr, kSettle - 1).lost, 1U);
  const Verdict verdict = run.judge.judge(kSettle, nullptr, kSettle + 1);
  EXPECT_EQ(verdict.lost, 0U);
  EXPECT_EQ(verdict.missed, 1U);
}

TEST(DeliveryJudge, WhoStaysMissesNothingHoweverSlow) {
  Scene run;
  run.push();
  EXPECT_EQ(run.judge.judge(kSettle, nullptr, 1000 * kSettle).lost, 1U);
}

TEST(DeliveryJudge, APushBeforeTheLoginIsAway) {
  Scene run;
  const auto number = run.judge.sent(0, 9);
  run.judge.acked(0, number, 12);
  const Verdict verdict = run.verdict();
  EXPECT_EQ(verdict.away, 1U);
  EXPECT_EQ(verdict.lost, 0U);
}

TEST(DeliveryJudge, APushAtTheMomentOfTheLoginIsPromised) {
  Scene run;
  run.judge.acked(0, run.judge.sent(0, 10), 11);
  EXPECT_EQ(run.verdict().lost, 1U);
}

TEST(DeliveryJudge, BetweenTwoConnectionsNothingIsPromised) {
  Scene run;
  run.judge.down(0, 15);
  run.push();  // at 20
  run.judge.up(0, 25);
  run.push();  // at 30: promised again
  const Verdict verdict = run.verdict();
  EXPECT_EQ(verdict.away, 1U);
  EXPECT_EQ(verdict.judged, 1U);
  EXPECT_EQ(verdict.lost, 1U);
}

TEST(DeliveryJudge, ASecondConnectionDoesNotMakeUpForTheFirst) {
  Scene run;
  run.push();  // at 20
  run.judge.down(0, 30);
  run.judge.up(0, 31);
  EXPECT_EQ(run.verdict().cut, 1U);
}

TEST(DeliveryJudge, ASecondCopyOverTheSameConnectionIsAFault) {
  Scene run;
  const auto number = run.push();
  run.get(number);
  run.get(number);
  EXPECT_EQ(run.verdict().dup_raw, 1U);
  EXPECT_EQ(run.verdict().dup_same, 1U);
  EXPECT_FALSE(run.verdict().clean());
}

TEST(DeliveryJudge, ASecondCopyOverTheNextConnectionIsSeenOnTheWireOnly) {
  Scene run;
  const auto number = run.push();
  run.get(number);
  run.judge.down(0, 30);
  run.judge.up(0, 31);
  run.get(number);
  EXPECT_EQ(run.verdict().dup_raw, 1U);
  EXPECT_EQ(run.verdict().dup_same, 0U);
  EXPECT_TRUE(run.verdict().clean());
}

TEST(DeliveryJudge, ACopyOlderThanTheWindowOfTheClientIsShown) {
  Scene run;
  for (int i = 0; i < 9; ++i) run.get(run.push());  // the window holds 8
  run.get(0);
  EXPECT_EQ(run.verdict().dup_shown, 1U);
  EXPECT_FALSE(run.verdict().clean());
  run.get(8);
  EXPECT_EQ(run.verdict().dup_raw, 2U);
  EXPECT_EQ(run.verdict().dup_shown, 1U);
}

TEST(DeliveryJudge, ALateFirstCopyIsAReorderARepeatIsNot) {
  Scene run;
  for (int i = 0; i < 3; ++i) run.push();
  for (const std::uint32_t number : {0U, 2U, 1U, 0U}) run.get(number);
  EXPECT_EQ(run.verdict().reorder, 1U);
  EXPECT_EQ(run.verdict().dup_raw, 1U);
}

TEST(DeliveryJudge, APushThatWasGivenUpMayComeLate) {
  Scene run;
  for (int i = 0; i < 3; ++i) run.push();
  run.judge.given_up(0, 1);
  for (const std::uint32_t number : {0U, 2U, 1U}) run.get(number);
  EXPECT_EQ(run.verdict().reorder, 0U);
  EXPECT_EQ(run.verdict().straggler, 1U);
}

TEST(DeliveryJudge, ARepeatAfterAReconnectIsNoReorder) {
  Scene run;
  for (int i = 0; i < 4; ++i) run.push();
  for (const std::uint32_t number : {0U, 1U, 2U}) run.get(number);
  run.judge.down(0, 70);
  run.judge.up(0, 71);
  for (const std::uint32_t number : {1U, 2U, 3U}) run.get(number);
  EXPECT_EQ(run.verdict().reorder, 0U);
  EXPECT_EQ(run.verdict().dup_raw, 2U);
}

TEST(DeliveryJudge, OrderIsJudgedPerConnection) {
  Scene run;
  for (int i = 0; i < 5; ++i) run.push();
  run.get(3);
  run.judge.down(0, 70);
  run.judge.up(0, 71);
  for (const std::uint32_t number : {1U, 3U, 2U}) run.get(number);  // 3 for the second time, 2 behind it
  EXPECT_EQ(run.verdict().moved, 1U);
  EXPECT_EQ(run.verdict().reorder, 1U);
}

TEST(DeliveryJudge, StrangeMessagesArePhantoms) {
  Scene run;
  run.push();
  run.get(0);
  run.get(7);                   // never sent
  run.get(4'000'000'000U);      // takes no memory
  run.judge.received(0, 1, 0);  // a stream of somebody else
  run.judge.received(0, 4'000'000'000U, 0);
  run.judge.stray(0);  // not of this run
  EXPECT_EQ(run.verdict().phantom, 5U);
}

std::deque<PushFate> fates(std::initializer_list<std::pair<std::int64_t, bool>> pushes) {
  std::deque<PushFate> out;
  for (const auto& [at, acked] : pushes) out.push_back({.sent = at, .acked = acked ? at + 1 : 0});
  return out;
}

TEST(Refusals, ARowLastsFromItsFirstToItsLast) {
  const auto one = fates({{0, true}, {10, false}, {20, false}, {30, false}, {40, true}, {50, false}});
  const Refusals found = refusals({&one}, 15);
  EXPECT_EQ(found.longest_ns, 20);
  EXPECT_EQ(found.late, 1U);
}

TEST(Refusals, OneAddressThatWorksEndsTheRowOfAll) {
  const auto dead = fates({{0, false}, {20, false}, {40, false}});
  const auto alive = fates({{10, true}, {30, true}});
  EXPECT_EQ(refusals({&dead, &alive}, 5).longest_ns, 0);
  EXPECT_EQ(refusals({&dead}, 5).longest_ns, 40);
  EXPECT_EQ(refusals({&dead}, 5).late, 2U);
}

}  // namespace
}  // namespace im::load
