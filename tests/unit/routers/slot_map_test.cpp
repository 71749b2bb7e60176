#include <gtest/gtest.h>

#include "common/routers/router_map.hpp"

namespace im::routers {
namespace {

RouterClaim claim(std::vector<std::pair<std::size_t, std::uint64_t>> slots) {
  return {.router_id = 1, .version = 1, .slots = std::move(slots), .peers = {}, .shared = true, .serving = true};
}

TEST(SlotMap, TheHigherEpochHasTheSlotInAnyOrder) {
  SlotMap map;
  map.heard(0, claim({{1, 10}, {2, 10}}));
  map.heard(1, claim({{2, 11}}));
  EXPECT_EQ(map.owner(1), 0);
  EXPECT_EQ(map.owner(2), 1);
  map.heard(0, claim({{1, 10}, {2, 10}}));  // a router that does not know yet
  EXPECT_EQ(map.owner(2), 1);
  EXPECT_EQ(map.owned(), 2U);
}

TEST(SlotMap, AnOldOwnerIsNotBelievedAgainWhenTheNewOneIsGone) {
  SlotMap map;
  map.heard(0, claim({{2, 10}}));
  map.heard(1, claim({{2, 11}}));
  map.heard(1, claim({}));
  EXPECT_EQ(map.owner(2), SlotMap::kNobody);
  map.heard(0, claim({{2, 10}}));
  EXPECT_EQ(map.owner(2), SlotMap::kNobody);
  map.heard(0, claim({{2, 12}}));
  EXPECT_EQ(map.owner(2), 0);
}

TEST(SlotMap, ARouterInDoubtHasNothing) {
  SlotMap map;
  map.heard(0, claim({{2, 10}}));
  RouterClaim doubt = claim({{2, 10}});
  doubt.serving = false;
  map.heard(0, doubt);
  EXPECT_EQ(map.owner(2), SlotMap::kNobody);
  map.heard(0, claim({{2, 10}}));
  EXPECT_EQ(map.owner(2), 0);
}

TEST(SlotMap, NonsenseIsPassedOver) {
  SlotMap map;
  map.heard(0, claim({{kSlots, 10}, {99999, 3}}));
  EXPECT_EQ(map.owned(), 0U);
}

}  // namespace
}  // namespace im::routers
