#include "comet/cluster/flight_window.hpp"

#include <queue>

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using std::chrono::milliseconds;

TEST(FlightWindowTest, DoublesWithEachRoundWhileAnswersAreQuick) {
  FlightWindow window({.least = 2, .first = 4, .most = 100});
  const TimePoint now{std::chrono::hours(1)};
  for (int answer = 0; answer < 4; ++answer) window.answered(now, now + milliseconds(20), false);
  EXPECT_EQ(window.size(), 8U);
  for (int answer = 0; answer < 1000; ++answer) window.answered(now, now + milliseconds(20), false);
  EXPECT_EQ(window.size(), 100U);
}

TEST(FlightWindowTest, HalvesOnceForWhatWasUnderWay) {
  FlightWindow window({.least = 2, .first = 64, .most = 100});
  const TimePoint now{std::chrono::hours(1)};
  for (int answer = 0; answer < 64; ++answer) window.answered(now, now + milliseconds(3000 + answer), true);
  EXPECT_EQ(window.size(), 32U);
  const TimePoint later = now + milliseconds(4000);
  window.answered(later, later + milliseconds(900), false);  // a sign of neither
  window.answered(later, later + milliseconds(1900), false);
  EXPECT_EQ(window.size(), 16U) << "an answer that came late is a sign too";
  for (int round = 1; round < 9; ++round)
    window.answered(later + milliseconds(2000 * round), later + milliseconds(2000 * round + 1900), false);
  EXPECT_EQ(window.size(), 2U);
}

TEST(FlightWindowTest, WhoAlwaysNeedsASecondIsNotOverloadedByThat) {
  FlightWindow window({.least = 2, .first = 64, .most = 100});
  const TimePoint now{std::chrono::hours(1)};
  for (int answer = 0; answer < 64; ++answer) window.answered(now, now + milliseconds(1200 + answer), false);
  EXPECT_EQ(window.size(), 100U);
  window.answered(now, now + milliseconds(2500), false);
  EXPECT_EQ(window.size(), 50U) << "twice as long is";
}

TEST(FlightWindowTest, AfterThatItGrowsByAnEighthARound) {
  FlightWindow window({.least = 2, .first = 64, .most = 100});
  const TimePoint now{std::chrono::hours(1)};
  window.answered(now, now + milliseconds(3000), true);
  for (int answer = 0; answer < 32; ++answer)
    window.answered(now + milliseconds(3000), now + milliseconds(3020), false);
  EXPECT_EQ(window.size(), 36U);
}

/// Somebody who answers in order, so many a second, and does the work for calls that were given up meanwhile too.
struct Server {
  int per_second = 0;
  TimePoint free{};
  TimePoint answers(TimePoint asked) {
    free = std::max(free, asked) + std::chrono::microseconds(1'000'000 / per_second);
    return free;
  }
};

/// How many of these logins are answered in time, when each that was not comes again a second later, within a minute.
std::size_t answered_within_a_minute(FlightWindow::Rules rules, std::size_t logins, int per_second) {
  struct Call {
    TimePoint ends, begun;
    bool lost;
    bool operator>(const Call& other) const { return ends > other.ends; }
  };
  constexpr milliseconds kDeadline{3000};
  const TimePoint start{std::chrono::hours(1)};
  FlightWindow window(rules);
  Server server{per_second, start};
  std::priority_queue<Call, std::vector<Call>, std::greater<>> under_way;
  std::size_t waiting = logins, done = 0;
  TimePoint now = start;
  while (now < start + std::chrono::seconds(60) && done < logins) {
    while (waiting > 0 && under_way.size() < window.size()) {
      const TimePoint ends = server.answers(now);
      const bool lost = ends - now > kDeadline;
      under_way.push({lost ? now + kDeadline : ends, now, lost});
      --waiting;
    }
    const Call next = under_way.top();
    under_way.pop();
    now = next.ends;
    window.answered(next.begun, now, next.lost);
    (next.lost ? waiting : done) += 1;
  }
  return done;
}

TEST(FlightWindowTest, ASlowServerServesAllOneAfterTheOther) {
  const auto with = answered_within_a_minute({}, 10000, 100);
  const auto fixed = answered_within_a_minute({.least = 512, .first = 512, .most = 512}, 10000, 100);
  EXPECT_GT(with, 5000U);  // 6,000 could have been
  EXPECT_LT(fixed, 1000U) << "the control: with a fixed window nearly all of the work is for nobody";
}

}  // namespace
}  // namespace im::comet
