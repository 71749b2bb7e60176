#include "router/events/event_board.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace im::router {
namespace {

using Ids = std::vector<std::int64_t>;

/// A board whose slots hold what the test says.
class EventBoardTest : public testing::Test {
 protected:
  static constexpr std::size_t kMax = 8;
  std::map<std::size_t, std::set<std::int64_t>> users;
  std::set<std::size_t> incomplete;
  int news = 0;
  EventBoard board{{.subjects =
                        [this](std::size_t slot) {
                          std::vector<Subject> all;
                          for (const auto id : users[slot]) all.push_back({EventKind::kUser, id});
                          return all;
                        },
                    .known = [this](std::size_t slot) { return !incomplete.contains(slot); },
                    .news = [this] { ++news; }},
                   kMax};

  void change(std::size_t slot, std::int64_t id) { board.changed(slot, {EventKind::kUser, id}); }
  static Ids ids(const std::vector<SlotEvent>& events) {
    Ids found;
    for (const auto& event : events) {
      if (event.subject.kind == EventKind::kUser) found.push_back(event.subject.id);
    }
    return found;
  }
  /// Everything there is, taken and settled.
  std::vector<SlotEvent> drain(EventBoard::Watcher watcher) {
    std::vector<SlotEvent> all;
    while (true) {
      auto events = board.take(watcher, 100);
      if (events.empty()) return all;
      std::move(events.begin(), events.end(), std::back_inserter(all));
      board.settle(watcher);
    }
  }
};

TEST_F(EventBoardTest, ASlotBeginsWithAllItsUsersAndThenIsKnown) {
  users[5] = {50, 51};
  board.own(5, 77);
  const auto watcher = board.watch("logic-1");
  const auto events = drain(watcher);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events.front().subject.kind, EventKind::kBegan);
  EXPECT_EQ(ids(events), (Ids{50, 51}));
  EXPECT_EQ(events.back().subject.kind, EventKind::kKnown);
  for (const auto& event : events) EXPECT_EQ(event.epoch, 77U);
}

TEST_F(EventBoardTest, NumbersGrowWithinASlot) {
  users[5] = {50, 51};
  board.own(5, 1);
  const auto events = drain(board.watch("logic-1"));
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GT(events[i].number, events[i - 1].number);
}

TEST_F(EventBoardTest, ASlotThatIsNotCompleteIsNotSaidToBeKnown) {
  incomplete.insert(5);
  board.own(5, 1);
  const auto watcher = board.watch("logic-1");
  EXPECT_EQ(drain(watcher).size(), 1U);  // kBegan
  incomplete.clear();
  const auto events = drain(watcher);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().subject.kind, EventKind::kKnown);
  EXPECT_TRUE(drain(watcher).empty()) << "told once";
}

TEST_F(EventBoardTest, ManyChangesOfOneUserAreToldOnce) {
  board.own(5, 1);
  const auto watcher = board.watch("logic-1");
  drain(watcher);
  for (int i = 0; i < 100; ++i) change(5, 7);
  EXPECT_EQ(ids(drain(watcher)), (Ids{7}));
}

TEST_F(EventBoardTest, AChangeWhileItIsToldIsToldAgain) {
  board.own(5, 1);
  const auto watcher = board.watch("logic-1");
  drain(watcher);
  change(5, 7);
  ASSERT_EQ(ids(board.take(watcher, 10)), (Ids{7}));
  change(5, 7);
  EXPECT_TRUE(board.take(watcher, 10).empty()) << "one batch at a time";
  board.settle(watcher);
  EXPECT_EQ(ids(board.take(watcher, 10)), (Ids{7}));
}

TEST_F(EventBoardTest, WhatALeavingLogicHasNotSettledIsToldToAnother) {
  board.own(5, 1);
  const auto first = board.watch("logic-1");
  drain(first);
  change(5, 7);
  change(5, 8);
  ASSERT_EQ(board.take(first, 10).size(), 2U);
  change(5, 9);
  const auto second = board.watch("logic-2");
  board.leave(first);
  EXPECT_EQ(ids(drain(second)), (Ids{7, 8, 9}));
  EXPECT_EQ(board.figures().repeated, 2U);
}

TEST_F(EventBoardTest, ASlotIsToldByOneLogicAtATime) {
  const auto first = board.watch("logic-1");
  for (std::size_t slot = 0; slot < kSlots; ++slot) board.own(slot, 1);
  drain(first);
  for (std::size_t slot = 0; slot < kSlots; ++slot) change(slot, static_cast<std::int64_t>(slot));
  const auto held = board.take(first, 2000);
  ASSERT_EQ(held.size(), kSlots);
  for (std::size_t slot = 0; slot < kSlots; ++slot) change(slot, 5000);
  const auto second = board.watch("logic-2");
  EXPECT_TRUE(drain(second).empty()) << "logic-1 has not settled these slots";
  board.settle(first);
  const auto share = drain(second);
  EXPECT_GT(share.size(), kSlots / 4);
  EXPECT_LT(share.size(), kSlots * 3 / 4);
}

TEST_F(EventBoardTest, TooManyChangesBeginTheSlotAnew) {
  board.own(5, 1);
  const auto watcher = board.watch("logic-1");
  drain(watcher);
  users[5] = {1, 2, 3};
  for (std::int64_t id = 100; id < 100 + static_cast<std::int64_t>(kMax) + 1; ++id) change(5, id);
  EXPECT_EQ(board.figures().restarts, 1U);
  EXPECT_EQ(board.figures().waiting, 0U);
  const auto events = drain(watcher);
  EXPECT_EQ(events.front().subject.kind, EventKind::kBegan);
  EXPECT_EQ(ids(events), (Ids{1, 2, 3}));
  EXPECT_EQ(events.back().subject.kind, EventKind::kKnown);
}

TEST_F(EventBoardTest, ASlotWithMoreUsersThanTheBoundBeginsOnce) {
  for (std::int64_t id = 1; id <= 50; ++id) users[5].insert(id);
  board.own(5, 1);
  EXPECT_EQ(drain(board.watch("logic-1")).size(), 52U);
  EXPECT_EQ(board.figures().restarts, 0U);
}

TEST_F(EventBoardTest, ALostSlotIsNotToldAnyMore) {
  board.own(5, 1);
  const auto watcher = board.watch("logic-1");
  drain(watcher);
  change(5, 7);
  board.disown(5);
  change(5, 8);
  EXPECT_TRUE(drain(watcher).empty());
  EXPECT_EQ(board.figures().waiting, 0U);
}

TEST_F(EventBoardTest, NewsIsToldWhenSomethingWaitsAgain) {
  board.own(5, 1);
  const auto watcher = board.watch("logic-1");
  drain(watcher);
  news = 0;
  change(5, 7);
  change(5, 8);
  EXPECT_EQ(news, 1);
  drain(watcher);
  change(5, 9);
  EXPECT_EQ(news, 2);
}

/// Whatever happens to slots and logics: at the end the last state told of each user is the present one.
TEST_F(EventBoardTest, AtTheEndEverybodyIsKnownAsTheyAre) {
  constexpr std::size_t kUsed = 6;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto pick = [&random](unsigned n) { return random() % n; };
    users.clear();
    EventBoard fresh({.subjects =
                          [this](std::size_t slot) {
                            std::vector<Subject> all;
                            for (const auto id : users[slot]) all.push_back({EventKind::kUser, id});
                            return all;
                          },
                      .known = [](std::size_t) { return true; },
                      .news = {}},
                     kMax);
    for (std::size_t slot = 0; slot < kUsed; ++slot) fresh.own(slot, 1);
    std::vector<EventBoard::Watcher> watchers{fresh.watch("logic-0")};
    std::map<EventBoard::Watcher, std::vector<std::pair<SlotEvent, bool>>> held;  // with the state when it was told
    std::map<std::size_t, std::set<std::int64_t>> told;  // as the logics would know it, by slot
    const auto hear = [&](const std::vector<std::pair<SlotEvent, bool>>& events) {
      for (const auto& [event, online] : events) {
        if (event.subject.kind == EventKind::kBegan) told[event.slot].clear();
        if (event.subject.kind != EventKind::kUser) continue;
        if (online) {
          told[event.slot].insert(event.subject.id);
        } else {
          told[event.slot].erase(event.subject.id);
        }
      }
    };
    const auto take = [&](EventBoard::Watcher watcher) {
      if (!held[watcher].empty()) return;
      for (const auto& event : fresh.take(watcher, 1 + pick(5)))
        held[watcher].emplace_back(event, users[event.slot].contains(event.subject.id));
    };
    const auto settle = [&](EventBoard::Watcher watcher) {
      if (held[watcher].empty()) return;
      hear(held[watcher]);
      held[watcher].clear();
      fresh.settle(watcher);
    };
    for (int step = 0; step < 300; ++step) {
      const std::size_t slot = pick(kUsed);
      const auto id = static_cast<std::int64_t>(pick(20));
      switch (pick(8)) {
        case 0:
          if (watchers.size() < 3) watchers.push_back(fresh.watch("logic-" + std::to_string(step)));
          break;
        case 1:
          if (watchers.size() > 1) {
            const auto left = watchers[pick(static_cast<unsigned>(watchers.size()))];
            std::erase(watchers, left);
            held.erase(left);  // not heard: it died
            fresh.leave(left);
          }
          break;
        case 2:
          take(watchers[pick(static_cast<unsigned>(watchers.size()))]);
          break;
        case 3:
          settle(watchers[pick(static_cast<unsigned>(watchers.size()))]);
          break;
        default:
          if (!users[slot].erase(id)) users[slot].insert(id);
          fresh.changed(slot, {EventKind::kUser, id});
      }
    }
    for (int round = 0; round < 200; ++round) {
      for (const auto watcher : watchers) {
        settle(watcher);
        take(watcher);
      }
    }
    for (std::size_t slot = 0; slot < kUsed; ++slot) ASSERT_EQ(told[slot], users[slot]) << "slot " << slot;
  }
}

}  // namespace
}  // namespace im::router
