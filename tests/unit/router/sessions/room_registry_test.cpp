#include "router/sessions/room_registry.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace im::router {
namespace {

constexpr CometInstance kFirst{CometNumber(1), InstanceEpoch(10)};
constexpr CometInstance kOneAgain{CometNumber(1), InstanceEpoch(11)};
constexpr CometInstance kSecond{CometNumber(2), InstanceEpoch(20)};

constexpr std::size_t kAll = std::size_t{1} << 30;

/// All slots are ours.
class AllRooms : public RoomRegistry {
 public:
  explicit AllRooms(std::uint64_t version) : RoomRegistry(version) {
    for (std::size_t slot = 0; slot < kSlots; ++slot) own(slot);
  }
};

std::size_t comets_of(const RoomRegistry& rooms, const std::string& room) {
  return rooms.comets(room, [](CometInstance) { return true; })->size();
}

TEST(RoomRegistry, PresenceInAnyOrderOfArrival) {
  AllRooms rooms(1);
  rooms.presence(kFirst, "r", false, 5);
  rooms.presence(kFirst, "r", true, 4);
  EXPECT_EQ(comets_of(rooms, "r"), 0U);
  rooms.presence(kFirst, "r", true, 6);
  EXPECT_EQ(comets_of(rooms, "r"), 1U);
}

TEST(RoomRegistry, ANewInstanceBeginsWithNothingAndAnOldOneChangesNothing) {
  AllRooms rooms(1);
  rooms.presence(kFirst, "r", true, 100);
  rooms.report(kFirst, {{"r", 7}});
  rooms.presence(kOneAgain, "r", true, 1);
  EXPECT_EQ(rooms.count("r"), 0);
  EXPECT_EQ(rooms.comets("r", [](CometInstance comet) { return comet == kOneAgain; })->size(), 1U);
  rooms.presence(kFirst, "r", false, 200);
  EXPECT_EQ(comets_of(rooms, "r"), 1U);
}

TEST(RoomRegistry, CountsAndTheirTotals) {
  AllRooms rooms(1);
  rooms.report(kFirst, {{"a", 3}, {"b", 1}});
  rooms.report(kSecond, {{"a", 4}});
  EXPECT_EQ(rooms.count("a"), 7);
  const auto seen = rooms.version();
  EXPECT_TRUE(rooms.totals(kFirst, seen, kAll).counts.empty());
  rooms.report(kSecond, {{"a", 5}});
  EXPECT_EQ(rooms.totals(kFirst, seen, kAll).counts, (RoomRegistry::Counts{{"a", 8}}));
  rooms.report_all(kFirst, {}, {{"b", 1}});
  EXPECT_EQ(rooms.count("a"), 5);
}

TEST(RoomRegistry, AFullReportInStretchesForgetsOnlyInItsOwn) {
  AllRooms rooms(1);
  rooms.report(kFirst, {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}});
  rooms.report_all(kFirst, {"", "c"}, {{"b", 2}});
  EXPECT_EQ(rooms.top("", 10), (RoomRegistry::Counts{{"e", 5}, {"d", 4}, {"c", 3}, {"b", 2}}));
  rooms.report_all(kFirst, {"c", "e"}, {});
  EXPECT_EQ(rooms.top("", 10), (RoomRegistry::Counts{{"e", 5}, {"b", 2}}));
  rooms.report_all(kFirst, {"e", ""}, {{"f", 6}});
  EXPECT_EQ(rooms.top("", 10), (RoomRegistry::Counts{{"f", 6}, {"b", 2}}));
}

TEST(RoomRegistry, TotalsThatDoNotFitComeWithTheNextQuestion) {
  AllRooms rooms(1);
  for (int i = 0; i < 100; ++i) rooms.report(kFirst, {{std::to_string(i) + std::string(100, 'r'), i + 1}});
  std::map<std::string, std::int32_t> seen;
  std::uint64_t since = 0;
  int questions = 0;
  for (; seen.size() < 100 && questions < 100; ++questions) {
    const auto totals = rooms.totals(kFirst, since, 2000);
    std::size_t bytes = 0;
    for (const auto& [room, total] : totals.counts) bytes += room.size();
    EXPECT_LE(bytes, 2000U);
    EXPECT_GT(totals.version, since);
    since = totals.version;
    seen.insert(totals.counts.begin(), totals.counts.end());
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_GT(questions, 5);
  EXPECT_EQ(since, rooms.version());
  EXPECT_TRUE(rooms.totals(kFirst, since, 2000).counts.empty());
}

TEST(RoomRegistry, TopIsByPrefixFullestFirst) {
  AllRooms rooms(1);
  rooms.report(kFirst, {{"live://a", 3}, {"live://b", 9}, {"live2://c", 5}, {"chat://d", 50}, {"live://e", 0}});
  EXPECT_EQ(rooms.top("live", 10), (RoomRegistry::Counts{{"live://b", 9}, {"live2://c", 5}, {"live://a", 3}}));
  EXPECT_EQ(rooms.top("live://", 1), (RoomRegistry::Counts{{"live://b", 9}}));
}

TEST(RoomRegistry, ADroppedCometLeavesNothing) {
  AllRooms rooms(1);
  rooms.presence(kFirst, "r", true, 1);
  rooms.report(kFirst, {{"r", 7}});
  rooms.drop(kFirst);
  EXPECT_EQ(rooms.count("r"), 0);
  EXPECT_EQ(rooms.size(), 0U);
}

/// Random reports and drops of instances against sums over a map.
TEST(RoomRegistry, TotalsAgreeWithAModel) {
  std::mt19937 random(7);
  AllRooms rooms(1);
  std::map<std::uint32_t, std::uint64_t> epochs{{1, 1}, {2, 1}, {3, 1}};
  std::map<std::uint32_t, std::map<std::string, std::int32_t>> model;
  for (int step = 0; step < 5000; ++step) {
    const std::uint32_t number = 1 + static_cast<std::uint32_t>(random() % 3);
    const CometInstance comet{CometNumber(number), InstanceEpoch(epochs[number])};
    RoomRegistry::Counts counts;
    std::map<std::string, std::int32_t> named;
    for (int i = 0; i < 3; ++i) named["r" + std::to_string(random() % 6)] = static_cast<std::int32_t>(random() % 4);
    counts.assign(named.begin(), named.end());
    const auto dice = random() % 10;
    if (dice < 6) {
      rooms.report(comet, counts);
      for (const auto& [room, count] : counts) model[number][room] = count;
    } else if (dice < 9) {
      rooms.report_all(comet, {}, counts);
      model[number] = named;
    } else {
      rooms.drop(comet);
      model[number].clear();
      ++epochs[number];
    }
    for (int i = 0; i < 6; ++i) {
      const std::string room = "r" + std::to_string(i);
      std::int32_t sum = 0;
      for (auto& [comet_number, of_comet] : model) sum += of_comet[room];
      ASSERT_EQ(rooms.count(room), sum) << "step " << step << " " << room;
    }
  }
}

}  // namespace
}  // namespace im::router
