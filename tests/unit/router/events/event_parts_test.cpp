#include "router/events/event_parts.hpp"

#include <gtest/gtest.h>

namespace im::router {
namespace {

SessionRow session(std::int64_t uid, const std::string& key) {
  SessionRow row;
  row.uid = Uid(uid);
  row.key = key;
  return row;
}

TEST(EventParts, AUserIsToldWithTheSessionsOfNow) {
  const auto parts = parts_of(
      3, {{5, 77, 9, {EventKind::kUser, 50}}}, [](Uid uid) { return std::vector{session(uid.value(), "phone")}; },
      1000);
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].batch(), 3U);
  EXPECT_TRUE(parts[0].last());
  const auto& event = parts[0].events(0);
  EXPECT_EQ(event.slot(), 5U);
  EXPECT_EQ(event.epoch(), 77U);
  EXPECT_EQ(event.number(), 9U);
  EXPECT_EQ(event.user().uid(), 50);
  EXPECT_EQ(event.user().count(), 1U);
  EXPECT_EQ(event.user().sessions(0).key(), "phone");
}

TEST(EventParts, SessionsOverTheBoundAreCountedAndNotTold) {
  const auto parts = parts_of(
      1, {{5, 1, 1, {EventKind::kUser, 50}}}, [](Uid) { return std::vector<SessionRow>(1200, session(50, "k")); },
      1 << 20);
  EXPECT_EQ(parts[0].events(0).user().count(), 1200U);
  EXPECT_EQ(parts[0].events(0).user().sessions_size(), 64);
}

TEST(EventParts, ABatchIsCutByBytesAndOnlyTheLastPartSaysSo) {
  std::vector<SlotEvent> events;
  for (std::uint64_t i = 1; i <= 20; ++i) events.push_back({5, 1, i, {EventKind::kUser, static_cast<std::int64_t>(i)}});
  const auto parts =
      parts_of(1, events, [](Uid uid) { return std::vector{session(uid.value(), std::string(100, 'x'))}; }, 500);
  ASSERT_GT(parts.size(), 3U);
  std::uint64_t next = 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LE(parts[i].ByteSizeLong(), 600U);
    EXPECT_EQ(parts[i].last(), i + 1 == parts.size());
    for (const auto& event : parts[i].events()) EXPECT_EQ(event.number(), next++);
  }
  EXPECT_EQ(next, 21U);
}

TEST(EventParts, TheSlotsOwnEventsHaveNoUser) {
  const auto parts = parts_of(1, {{5, 1, 1, {EventKind::kBegan, 0}}, {5, 1, 2, {EventKind::kKnown, 0}}}, {}, 1000);
  EXPECT_TRUE(parts[0].events(0).has_began());
  EXPECT_TRUE(parts[0].events(1).has_known());
}

}  // namespace
}  // namespace im::router
