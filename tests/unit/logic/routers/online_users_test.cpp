#include "logic/routers/online_users.hpp"

#include <gtest/gtest.h>

#include "common/base/slot.hpp"

namespace im::logic {
namespace {

std::vector<Uid> users_of_all(std::int64_t most) {
  std::vector<Uid> all;
  for (std::int64_t uid = 1; uid <= most; ++uid) all.emplace_back(uid);
  return all;
}

TEST(OnlineUsers, PagesOfRoutersAreOneInTheOrderOfSlots) {
  const std::vector<Uid> first = first_online(users_of_all(2000), 100);
  ASSERT_EQ(first.size(), 100U);
  for (std::size_t i = 1; i < first.size(); ++i)
    EXPECT_LT(std::pair(slot_of(first[i - 1].value()), first[i - 1]), std::pair(slot_of(first[i].value()), first[i]));
  EXPECT_EQ(slot_of(first.front().value()), 0U);
}

TEST(OnlineUsers, ASlotAtTwoRoutersIsListedOnce) {
  std::vector<Uid> twice = users_of_all(10);
  for (const Uid uid : users_of_all(10)) twice.push_back(uid);
  EXPECT_EQ(first_online(std::move(twice), 100).size(), 10U);
}

}  // namespace
}  // namespace im::logic
