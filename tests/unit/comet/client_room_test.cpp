#include "comet/client_room.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

bool works() { return true; }
bool refused() { return false; }

ClientRoom room_for(const char* own_tables, std::int64_t max_connections, bool (*tables_work)() = works,
                    std::uint64_t limit = 1024) {
  Config config;
  config.own_tables = own_tables;
  config.max_connections = max_connections;
  return client_room(config, split_descriptors(limit), 4, descriptors_beside_clients(4, 2, 64), tables_work);
}

TEST(ClientRoom, OneTableWhereItIsEnough) {
  const ClientRoom room = room_for("auto", 896);
  EXPECT_FALSE(room.own_tables);
  EXPECT_EQ(room.each_worker, 224U);
}

TEST(ClientRoom, ATableForEachWorkerWhereOneIsNotEnough) {
  const ClientRoom room = room_for("auto", 897);
  EXPECT_TRUE(room.own_tables);
  EXPECT_EQ(room.each_worker, 224U);
  EXPECT_EQ(room_for("auto", 3000).each_worker, 750U);
}

TEST(ClientRoom, EachTableKeepsItsReserve) {
  EXPECT_EQ(room_for("auto", 100'000).each_worker, 1024U - 128U);
  // What the workers are built of is more than an eighth of a small table.
  EXPECT_EQ(room_for("on", 0, works, 256).each_worker, 256U - (3 + 4 * 8 + 2 + 64));
  EXPECT_EQ(room_for("on", 0, works, 64).each_worker, 1U);
}

TEST(ClientRoom, AsMuchAsThereIsTakesNoTablesByItself) {
  EXPECT_FALSE(room_for("auto", 0).own_tables);
  EXPECT_TRUE(room_for("on", 0).own_tables);
  EXPECT_EQ(room_for("on", 0).each_worker, 896U);
}

TEST(ClientRoom, OffIsCutToOneTable) {
  EXPECT_FALSE(room_for("off", 3000).own_tables);
  EXPECT_EQ(room_for("off", 3000).each_worker, 224U);
}

TEST(ClientRoom, ASystemThatRefusesLeavesOneTable) {
  EXPECT_FALSE(room_for("on", 3000, refused).own_tables);
  EXPECT_EQ(room_for("on", 3000, refused).each_worker, 224U);
}

}  // namespace
}  // namespace im::comet
