#include "common/base/utf8.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "common/base/room_key.hpp"
#include "tests/unit/ws/utf8_strings.hpp"

namespace im {
namespace {

using ws::utf8_strings;

/// UTF-8 without the rules of what may be encoded: surrogates and large values too.
std::string encode(std::uint32_t value) {
  if (value < 0x80) return {static_cast<char>(value)};
  const int more = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
  const unsigned lead = more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0;
  std::string bytes(1, static_cast<char>(lead | value >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) bytes += static_cast<char>(0x80 | (value >> (6 * i) & 0x3f));
  return bytes;
}

TEST(Utf8Test, TheStringsOfAutobahn) {
  for (const auto& string : utf8_strings()) {
    EXPECT_EQ(valid_utf8(string.bytes), string.valid) << testing::PrintToString(string.bytes);
  }
}

TEST(Utf8Test, EveryCodePoint) {
  for (std::uint32_t value = 0; value < 0x140000; ++value) {
    const bool valid = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    ASSERT_EQ(valid_utf8(encode(value)), valid) << std::hex << value;
  }
}

TEST(Utf8Test, EveryPairOfBytes) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const bool ascii = first < 0x80 && second < 0x80;
      const bool two = first >= 0xc2 && first <= 0xdf && second >= 0x80 && second <= 0xbf;
      const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(valid_utf8(bytes), ascii || two) << first << " " << second;
    }
  }
}

TEST(Utf8Test, PiecesGiveTheSameAsTheWhole) {
  for (const auto& string : utf8_strings()) {
    for (std::size_t split = 0; split <= string.bytes.size(); ++split) {
      Utf8Checker checker;
      const bool fed = checker.feed(string.bytes.substr(0, split)) && checker.feed(string.bytes.substr(split));
      EXPECT_EQ(fed && checker.complete(), string.valid) << testing::PrintToString(string.bytes) << " at " << split;
    }
  }
}

TEST(Utf8Test, FailsAtTheFirstByteThatCannotBecomeValid) {
  for (const std::string start : {"\xed\xa0", "\xe0\x9f", "\xf0\x8f", "\xf4\x90", "\xf1\x80\xc0", "\xc3\x28"}) {
    Utf8Checker checker;
    EXPECT_TRUE(checker.feed(start.substr(0, start.size() - 1)));
    EXPECT_FALSE(checker.complete());
    EXPECT_FALSE(checker.feed(start.substr(start.size() - 1))) << testing::PrintToString(start);
  }
}

TEST(Utf8Test, ResetForgetsAHalfCharacter) {
  Utf8Checker checker;
  EXPECT_TRUE(checker.feed("\xe2\x82"));
  EXPECT_FALSE(checker.complete());
  checker.reset();
  EXPECT_TRUE(checker.complete());
  EXPECT_TRUE(checker.feed("a"));
}

TEST(Utf8Test, TheFirstCharacterOfAText) {
  EXPECT_EQ(utf8_length("a\xff"), 1U);
  EXPECT_EQ(utf8_length("\xe8\x81\x8a tail"), 3U);
  EXPECT_EQ(utf8_length("\xf0\x9f\x98\x80"), 4U);
  for (const std::string bad : {"", "\xff", "\x80", "\xe8\x81", "\xed\xa0\x80", "\xc0\x80"})
    EXPECT_EQ(utf8_length(bad), 0U) << testing::PrintToString(bad);
}

TEST(Utf8Test, WhatIsNoCharacterIsReplaced) {
  EXPECT_EQ(to_utf8("a\xff\xe8\x81\x8a\xe8"), "a\xef\xbf\xbd\xe8\x81\x8a\xef\xbf\xbd");
}

TEST(Utf8Test, ACutNeverSplitsACharacter) {
  EXPECT_EQ(cut_utf8("abc", 3), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a\xe8\x81\x8a", 3), "a");
  EXPECT_EQ(cut_utf8("\xe8\x81\x8a", 2), "");
}

TEST(RoomKeyTest, IsUtf8WithoutControlCharacters) {
  for (const std::string good : {"1", "live://1000", "live://\xe8\x81\x8a", "a b", "\xc2\xa0"})
    EXPECT_TRUE(valid_room_key(good)) << testing::PrintToString(good);
  EXPECT_TRUE(valid_room_key(std::string(512, 'a')));
  EXPECT_FALSE(valid_room_key(std::string(513, 'a')));
  EXPECT_FALSE(valid_room_key(std::string_view("a\0b", 3)));
  for (const std::string bad : {"", "\xff", "live://\xe8\x81", "a\nb", "\x1b[2J", "\x7f", "\xc2\x9b"})
    EXPECT_FALSE(valid_room_key(bad)) << testing::PrintToString(bad);
}

}  // namespace
}  // namespace im
