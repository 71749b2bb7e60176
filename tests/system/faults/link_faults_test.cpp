#include "tests/system/faults/link_faults.hpp"

#include <gtest/gtest.h>

namespace im::faults {
namespace {

using What = LinkPacer::Step::What;

TEST(LinkPacer, WithoutFaultsEverythingPassesAtOnce) {
  const auto step = LinkPacer().next({}, 700, 5, 5);
  EXPECT_EQ(step.what, What::kSend);
  EXPECT_EQ(step.bytes, 700U);
}

TEST(LinkPacer, ADelayCountsFromTheArrival) {
  const LinkFaults faults{.delay_ms = 100};
  EXPECT_EQ(LinkPacer().next(faults, 10, 1000, 1030).wait_ms, 70);
  EXPECT_EQ(LinkPacer().next(faults, 10, 1000, 1100).what, What::kSend);
}

TEST(LinkPacer, AStallLetsNothingThrough) {
  EXPECT_EQ(LinkPacer().next({.stall = true}, 10, 0, 1'000'000).what, What::kWait);
}

TEST(LinkPacer, SlicesAreOneByte) { EXPECT_EQ(LinkPacer().next({.slice = true}, 10, 0, 0).bytes, 1U); }

TEST(LinkPacer, ACutComesAfterExactlySoManyBytes) {
  const LinkFaults faults{.cut_after = 100};
  LinkPacer pacer;
  EXPECT_EQ(pacer.next(faults, 70, 0, 0).bytes, 70U);
  pacer.passed(faults, 70, 0);
  EXPECT_EQ(pacer.next(faults, 70, 0, 0).bytes, 30U);
  pacer.passed(faults, 30, 0);
  EXPECT_EQ(pacer.next(faults, 70, 0, 0).what, What::kCut);
}

TEST(LinkPacer, ARateIsKeptOverManySteps) {
  const LinkFaults faults{.rate = 10'000};
  LinkPacer pacer;
  std::int64_t now = 0;
  while (pacer.total() < 20'000) {
    const auto step = pacer.next(faults, 5000, 0, now);
    if (step.what == What::kWait) {
      now += step.wait_ms;
    } else {
      pacer.passed(faults, step.bytes, now);
    }
  }
  EXPECT_GE(now, 1900);
  EXPECT_LE(now, 2100);
}

TEST(LinkPacer, AStallWinsOverACut) {
  const LinkFaults faults{.cut_after = 1, .stall = true};
  LinkPacer pacer;
  pacer.passed({}, 5, 0);
  EXPECT_EQ(pacer.next(faults, 10, 0, 0).what, What::kWait);
}

TEST(SetFault, KnowsItsWordsAndSaysWhatIsWrong) {
  LinkFaults faults;
  EXPECT_EQ(set_fault(faults, "delay", "250"), "");
  EXPECT_EQ(set_fault(faults, "nofin", "on"), "");
  EXPECT_EQ(faults.delay_ms, 250);
  EXPECT_TRUE(faults.no_fin);
  EXPECT_NE(set_fault(faults, "delay", "-1"), "");
  EXPECT_NE(set_fault(faults, "delay", "1s"), "");
  EXPECT_NE(set_fault(faults, "stall", "yes"), "");
  EXPECT_NE(set_fault(faults, "loss", "5"), "");
}

}  // namespace
}  // namespace im::faults
