#include "comet/room/room_table.hpp"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace im::comet {
namespace {

class RoomTableTest : public testing::Test {
 protected:
  std::uint32_t member(const std::string& room) {
    const std::uint32_t place = slab_.take();
    slab_.at(place).session.emplace();
    rooms_.join(rooms_.open(room), place, slab_.at(place).session->main_room);
    return place;
  }
  void leave(std::uint32_t place) { rooms_.leave(place, slab_.at(place).session->main_room); }
  std::multiset<std::uint32_t> members(const std::string& room) {
    std::multiset<std::uint32_t> out;
    for (const auto place : rooms_.at(rooms_.find(room)).members) {
      if (place != RoomTable::kTombstone) out.insert(place);
    }
    return out;
  }

  ConnectionSlab slab_;
  RoomTable rooms_{slab_};
};

TEST_F(RoomTableTest, ItsBytesGoWithTheRooms) {
  EXPECT_EQ(rooms_.bytes(), 0U);
  const auto a = member("r");
  const std::size_t one = rooms_.bytes();
  EXPECT_GT(one, sizeof(RoomTable::Room));
  member("s");
  EXPECT_EQ(rooms_.bytes(), 2 * one);
  leave(a);
  rooms_.erase(rooms_.find("r"));
  EXPECT_EQ(rooms_.bytes(), one);
}

TEST_F(RoomTableTest, LeavingDuringASweepKeepsPositions) {
  const auto a = member("r"), b = member("r"), c = member("r");
  const std::uint32_t room = rooms_.find("r");
  rooms_.begin_sweep(room);
  leave(a);
  EXPECT_EQ(rooms_.at(room).members, (std::vector<std::uint32_t>{RoomTable::kTombstone, b, c}));
  EXPECT_EQ(rooms_.at(room).live, 2U);
  rooms_.end_sweep(room);
  EXPECT_EQ(members("r"), (std::multiset<std::uint32_t>{b, c}));
  EXPECT_EQ(rooms_.at(room).members.size(), 2U);
  leave(c);
  leave(b);
  EXPECT_EQ(rooms_.at(room).live, 0U);
}

TEST_F(RoomTableTest, ChangedCountsAreTakenOnce) {
  const auto a = member("r");
  member("r");
  member("s");
  auto changed = rooms_.take_changed_counts();
  std::map<std::string, std::int32_t> seen(changed.begin(), changed.end());
  EXPECT_EQ(seen, (std::map<std::string, std::int32_t>{{"r", 2}, {"s", 1}}));
  EXPECT_TRUE(rooms_.take_changed_counts().empty());
  leave(a);
  EXPECT_EQ(rooms_.take_changed_counts().size(), 1U);
}

/// Random joins, leaves and sweeps against a plain set of members per room.
TEST_F(RoomTableTest, AgreesWithAModel) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    ConnectionSlab slab;
    RoomTable rooms(slab);
    std::map<std::string, std::set<std::uint32_t>> model;
    std::map<std::uint32_t, std::string> where;
    std::set<std::string> sweeping;
    for (int step = 0; step < 3000; ++step) {
      const std::string room = "room" + std::to_string(random() % 5);
      const auto dice = random() % 10;
      if (dice < 5) {
        const std::uint32_t place = slab.take();
        slab.at(place).session.emplace();
        rooms.join(rooms.open(room), place, slab.at(place).session->main_room);
        model[room].insert(place);
        where[place] = room;
      } else if (dice < 8 && !where.empty()) {
        auto victim = std::next(where.begin(), static_cast<std::ptrdiff_t>(random() % where.size()));
        rooms.leave(victim->first, slab.at(victim->first).session->main_room);
        model[victim->second].erase(victim->first);
        slab.at(victim->first).session.reset();
        slab.release(victim->first);
        where.erase(victim);
      } else if (rooms.find(room) != RoomTable::kNone) {
        const std::uint32_t index = rooms.find(room);
        if (sweeping.erase(room) > 0) {
          rooms.end_sweep(index);
        } else {
          rooms.begin_sweep(index);
          sweeping.insert(room);
        }
      }
      for (const auto& [id, members] : model) {
        const std::uint32_t index = rooms.find(id);
        ASSERT_NE(index, RoomTable::kNone);
        std::set<std::uint32_t> seen;
        for (const auto place : rooms.at(index).members) {
          if (place == RoomTable::kTombstone) continue;
          ASSERT_TRUE(seen.insert(place).second);
        }
        ASSERT_EQ(seen, members) << "seed " << seed << " step " << step;
        ASSERT_EQ(rooms.at(index).live, members.size());
      }
    }
  }
}

}  // namespace
}  // namespace im::comet
