#include "router/presence/watcher_board.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace im::router {
namespace {

using Outcome = WatcherBoard::Outcome;
using std::chrono::seconds;

class WatcherBoardTest : public testing::Test {
 protected:
  WatcherBoardTest() {
    for (std::size_t slot = 0; slot < kSlots; ++slot) board.own(slot, 1);
  }
  std::vector<Uid> watchers(int uid) {
    auto out = board.watchers_of(Uid(uid), now).value();
    std::ranges::sort(out);
    return out;
  }
  TimePoint now = TimePoint(std::chrono::hours(1));
  WatcherBoard board{{.of_one = 3, .all = 5}};
};

TEST_F(WatcherBoardTest, WhoAskedIsListedUntilTheirTimeIsOver) {
  EXPECT_EQ(board.watch(Uid(1), Uid(7), now + seconds(10), now), Outcome::kDone);
  EXPECT_EQ(board.watch(Uid(1), Uid(8), now + seconds(30), now), Outcome::kDone);
  EXPECT_EQ(board.watch(Uid(1), Uid(7), now + seconds(20), now), Outcome::kDone);  // longer
  now += seconds(15);
  EXPECT_EQ(watchers(1), (std::vector<Uid>{Uid(7), Uid(8)}));
  now += seconds(10);
  EXPECT_EQ(watchers(1), (std::vector<Uid>{Uid(8)}));
  EXPECT_EQ(board.forget(Uid(1), Uid(8)), Outcome::kDone);
  EXPECT_TRUE(watchers(1).empty());
  EXPECT_TRUE(watchers(2).empty());
}

TEST_F(WatcherBoardTest, IsBoundedForOneAndInAll) {
  for (int watcher = 11; watcher < 14; ++watcher)
    EXPECT_EQ(board.watch(Uid(1), Uid(watcher), now + seconds(10), now), Outcome::kDone);
  EXPECT_EQ(board.watch(Uid(1), Uid(14), now + seconds(10), now), Outcome::kFull);
  EXPECT_EQ(board.watch(Uid(2), Uid(11), now + seconds(10), now), Outcome::kDone);
  EXPECT_EQ(board.watch(Uid(3), Uid(11), now + seconds(10), now), Outcome::kDone);
  EXPECT_EQ(board.watch(Uid(4), Uid(11), now + seconds(10), now), Outcome::kFull);
  EXPECT_EQ(board.size(), 5U);
  now += seconds(11);  // those of 1 are over: there is room again
  EXPECT_EQ(board.watch(Uid(1), Uid(14), now + seconds(10), now), Outcome::kDone);
  EXPECT_EQ(watchers(1), (std::vector<Uid>{Uid(14)}));
}

TEST_F(WatcherBoardTest, WhatIsOverGoesByItself) {
  for (int uid = 1; uid <= 5; ++uid) board.watch(Uid(uid), Uid(9), now + seconds(uid), now);
  now += seconds(4);
  for (std::size_t i = 0; i < kSlots; ++i) board.tick(now);
  EXPECT_EQ(board.size(), 1U);
  EXPECT_EQ(watchers(5), (std::vector<Uid>{Uid(9)}));
}

TEST_F(WatcherBoardTest, AnotherRoutersSlotIsElsewhere) {
  board.watch(Uid(1), Uid(7), now + seconds(10), now);
  board.disown(slot_of(std::int64_t{1}));
  EXPECT_EQ(board.size(), 0U);
  EXPECT_FALSE(board.watchers_of(Uid(1), now).has_value());
  EXPECT_EQ(board.watch(Uid(1), Uid(7), now + seconds(10), now), Outcome::kElsewhere);
  EXPECT_EQ(board.forget(Uid(1), Uid(7)), Outcome::kElsewhere);
  board.own(slot_of(std::int64_t{1}), 2);
  EXPECT_TRUE(watchers(1).empty());
}

}  // namespace
}  // namespace im::router
