#include "common/base/interned.hpp"

#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(Interned, EqualValuesAreOneAndGoWithTheLast) {
  const std::size_t before = InternedText::distinct();
  {
    const InternedText one = intern("web"), copy = one, again = intern("web"), other = intern("ios");
    EXPECT_EQ(&*one, &*again);
    EXPECT_EQ(one, copy);
    EXPECT_NE(one, other);
    EXPECT_EQ(*other, "ios");
    EXPECT_EQ(InternedText::distinct(), before + 2);
  }
  EXPECT_EQ(InternedText::distinct(), before);
}

TEST(Interned, AnEmptyTextHoldsNothing) {
  const std::size_t before = InternedText::distinct();
  const InternedText none = intern("");
  EXPECT_FALSE(none);
  EXPECT_EQ(text_of(none), "");
  EXPECT_EQ(text_of(intern("web")), "web");
  EXPECT_EQ(InternedText::distinct(), before);
}

TEST(Interned, AssigningLetsGoOfWhatWasHeld) {
  const std::size_t before = InternedText::distinct();
  InternedText held = intern("one");
  held = intern("two");
  const InternedText& same = held;
  held = same;
  EXPECT_EQ(*held, "two");
  EXPECT_EQ(InternedText::distinct(), before + 1);
  held = InternedText();
  EXPECT_EQ(InternedText::distinct(), before);
}

TEST(Interned, ListsToo) {
  using Ops = Interned<std::vector<std::int32_t>>;
  const Ops one({1, 2}), same({1, 2}), other({2, 1});
  EXPECT_EQ(one, same);
  EXPECT_NE(one, other);
  EXPECT_EQ(Ops::distinct(), 2U);
}

// The last holder of a value goes while others ask for it.
TEST(Interned, ManyThreadsHoldTheSameFew) {
  const std::size_t before = InternedText::distinct();
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread] {
      std::minstd_rand random(thread + 1);
      std::vector<InternedText> held(3);
      for (int i = 0; i < 20000; ++i) {
        const std::string text(1 + random() % 4, 'x');
        InternedText& place = held[random() % held.size()];
        place = intern(text);
        ASSERT_EQ(*place, text);
        held[random() % held.size()] = place;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(InternedText::distinct(), before);
}

}  // namespace
}  // namespace im
