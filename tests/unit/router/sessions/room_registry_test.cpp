#include "router/sessions/room_registry.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace im::router {
namespace {

constexpr CometInstance kFirst{CometNumber(1), InstanceEpoch(10)};
constexpr CometInstance kOneAgain{CometNumber(1), InstanceEpoch(11)};
constexpr CometInstance kSecond{CometNumber(2), InstanceEpoch(20)};

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
  rooms.report(kFirst, false, {{"r", 7}});
  rooms.presence(kOneAgain, "r", true, 1);
  EXPECT_EQ(rooms.count("r"), 0);
  EXPECT_EQ(rooms.comets("r", [](CometInstance comet) { return comet == kOneAgain; })->size(), 1U);
  rooms.presence(kFirst, "r", false, 200);
  EXPECT_EQ(comets_of(rooms, "r"), 1U);
}

TEST(RoomRegistry, CountsAndTheirTotals) {
  AllRooms rooms(1);
  rooms.report(kFirst, false, {{"a", 3}, {"b", 1}});
  rooms.report(kSecond, false, {{"a", 4}});
  EXPECT_EQ(rooms.count("a"), 7);
  const auto seen = rooms.version();
  EXPECT_TRUE(rooms.totals(kFirst, seen).empty());
  rooms.report(kSecond, false, {{"a", 5}});
  EXPECT_EQ(rooms.totals(kFirst, seen), (RoomRegistry::Counts{{"a", 8}}));
  rooms.report(kFirst, true, {{"b", 1}});
  EXPECT_EQ(rooms.count("a"), 5);
}

TEST(RoomRegistry, TopIsByPrefixFullestFirst) {
  AllRooms rooms(1);
  rooms.report(kFirst, false, {{"live://a", 3}, {"live://b", 9}, {"live2://c", 5}, {"chat://d", 50}, {"live://e", 0}});
  EXPECT_EQ(rooms.top("live", 10), (RoomRegistry::Counts{{"live://b", 9}, {"live2://c", 5}, {"live://a", 3}}));
  EXPECT_EQ(rooms.top("live://", 1), (RoomRegistry::Counts{{"live://b", 9}}));
}

TEST(RoomRegistry, ADroppedCometLeavesNothing) {
  AllRooms rooms(1);
  rooms.presence(kFirst, "r", true, 1);
  rooms.report(kFirst, false, {{"r", 7}});
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
      rooms.report(comet, false, counts);
      for (const auto& [room, count] : counts) model[number][room] = count;
    } else if (dice < 9) {
      rooms.report(comet, true, counts);
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
