#include "common/daemon/live_keys.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(LiveKeys, WhatCanBeTakenIsAppliedOnceAndTheRestIsToldEachTime) {
  LiveKeys keys;
  std::string applied;
  keys.add("a.live", [&applied](const std::string& toml) { applied += toml; });
  KeyValues current{{"a.live", "1"}, {"a.fixed", "2"}, {"a.same", "3"}};
  const KeyValues fresh{{"a.live", "4"}, {"a.fixed", "5"}, {"a.same", "3"}};
  const Reload first = reload(current, fresh, keys);
  EXPECT_EQ(first.taken, std::vector<std::string>{"a.live: 1 -> 4"});
  EXPECT_EQ(first.waiting, std::vector<std::string>{"a.fixed: 2 -> 5"});
  const Reload second = reload(current, fresh, keys);
  EXPECT_TRUE(second.taken.empty());
  EXPECT_EQ(second.waiting, first.waiting);
  EXPECT_EQ(applied, "4");
}

TEST(LiveKeys, NumbersAndListsFollowAndAreAppliedAfterwards) {
  LiveKeys keys;
  int whole = 1;
  double part = 1;
  std::int64_t large = 1;
  std::vector<std::string> list;
  std::string seen;
  const auto look = [&] {
    seen += std::to_string(whole) + "/" + std::to_string(large) + "/" + std::to_string(list.size()) + " ";
  };
  keys.add("a.whole", whole, look);
  keys.add("a.part", part, look);
  keys.add("a.large", large, look);
  keys.add("a.list", list, look);
  KeyValues current{{"a.whole", "1"}, {"a.part", "1.0"}, {"a.large", "1"}, {"a.list", "[]"}};
  reload(current, {{"a.whole", "7"}, {"a.part", "0.5"}, {"a.large", "8000000000"}, {"a.list", "[\"x\"]"}}, keys);
  EXPECT_EQ(part, 0.5);
  EXPECT_EQ(seen, "1/8000000000/0 1/8000000000/1 1/8000000000/1 7/8000000000/1 ");
}

TEST(LiveKeys, StringsOfAValue) {
  EXPECT_EQ(strings_of(R"("debug")"), std::vector<std::string>{"debug"});
  EXPECT_EQ(strings_of(R"(["10.0.0.0/8", "a\"b\\"])"), (std::vector<std::string>{"10.0.0.0/8", "a\"b\\"}));
  EXPECT_TRUE(strings_of("[]").empty());
}

}  // namespace
}  // namespace im
