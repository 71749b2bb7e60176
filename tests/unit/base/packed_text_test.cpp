#include "common/base/packed_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(PackedText, KeepsWhatItWasGiven) {
  const std::string zero("a\0b", 3);
  const PackedText<3> texts({"key-1", "", zero});
  EXPECT_EQ(texts.get(0), "key-1");
  EXPECT_EQ(texts.get(1), "");
  EXPECT_EQ(texts.get(2), zero);
  EXPECT_EQ(texts.heap_bytes(), 3U + 5U + 3U);
}

TEST(PackedText, NothingTakesNothing) {
  const PackedText<2> none, empty({"", ""});
  EXPECT_EQ(none.get(1), "");
  EXPECT_EQ(empty.get(0), "");
  EXPECT_EQ(empty.heap_bytes(), 0U);
  EXPECT_EQ(sizeof none, sizeof(void*));
}

TEST(PackedText, LengthsOfEverySize) {
  for (const std::size_t size : {1UL, 127UL, 128UL, 16383UL, 16384UL, 3000000UL}) {
    const std::string text(size, 'x');
    const PackedText<2> texts({text, "behind"});
    EXPECT_EQ(texts.get(0), text);
    EXPECT_EQ(texts.get(1), "behind") << size;
  }
}

TEST(PackedText, MayBeMadeOfItself) {
  PackedText<2> texts({"a key that is longer than others", "old"});
  texts = PackedText<2>({texts.get(0), "a new device"});
  EXPECT_EQ(texts.get(0), "a key that is longer than others");
  EXPECT_EQ(texts.get(1), "a new device");
}

}  // namespace
}  // namespace im
