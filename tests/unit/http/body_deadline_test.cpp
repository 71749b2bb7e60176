#include "common/http/body_deadline.hpp"

#include <gtest/gtest.h>

namespace im::http {
namespace {

using namespace std::chrono_literals;

const BodyDeadline::Clock::time_point kBegin{1h};

TEST(BodyDeadline, WhoSendsAStrideHasTheTimeAgain) {
  BodyDeadline deadline({.stride = 1000}, 10s, kBegin);
  deadline.came(999, kBegin + 5s);
  EXPECT_EQ(deadline.until(), kBegin + 10s) << "not enough";
  deadline.came(1, kBegin + 9s);
  EXPECT_EQ(deadline.until(), kBegin + 19s);
  deadline.came(2500, kBegin + 18s);
  EXPECT_EQ(deadline.until(), kBegin + 28s);
  deadline.waited(5s);
  EXPECT_EQ(deadline.until(), kBegin + 33s);
}

TEST(BodyDeadline, TheWholeBodyHasABound) {
  BodyDeadline deadline({.stride = 10, .whole = 30s}, 10s, kBegin);
  for (auto at = 5s; at <= 25s; at += 5s) deadline.came(10, kBegin + at);
  EXPECT_EQ(deadline.until(), kBegin + 30s);
  deadline.waited(2s);
  EXPECT_EQ(deadline.until(), kBegin + 32s) << "the sender is not to blame";
}

}  // namespace
}  // namespace im::http
