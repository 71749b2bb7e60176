#include "common/base/base64.hpp"

#include <gtest/gtest.h>

#include "common/base/code_point.hpp"

namespace im {
namespace {

TEST(Base64, TheTableOfTheRfc) {
  const std::string bytes = "foobar";
  const std::string texts[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    EXPECT_EQ(base64(bytes.substr(0, size)), texts[size]);
    EXPECT_EQ(from_base64(texts[size]), bytes.substr(0, size));
  }
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
  EXPECT_EQ(to_base64url("\xff\xfe"), "__4");
}

TEST(Base64, WhatIsNone) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z=g=", "Zm9v====", "Zm9!", "Zm9_", "Zm9v\n"})
    EXPECT_FALSE(from_base64(text)) << text;
  EXPECT_EQ(from_base64("Zh=="), "f") << "bits that do not count";
  EXPECT_FALSE(from_base64url("Zh")) << "one value, one text";
}

TEST(CodePoint, FirstLastAndNone) {
  const std::pair<std::string, std::uint32_t> points[] = {{"a", 'a'},
                                                          {"\x7f", 0x7f},
                                                          {"\xc2\x80", 0x80},
                                                          {"\xdf\xbf", 0x7ff},
                                                          {"\xe0\xa0\x80", 0x800},
                                                          {"\xef\xbf\xbf", 0xffff},
                                                          {"\xf0\x90\x80\x80", 0x10000},
                                                          {"\xf4\x8f\xbf\xbf", 0x10ffff}};
  for (const auto& [text, value] : points) {
    EXPECT_EQ(code_point(text + "x").value, value);
    EXPECT_EQ(code_point(text + "x").size, text.size());
  }
  for (const std::string text : {"", "\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\xa0"})
    EXPECT_EQ(code_point(text).size, 0U) << testing::PrintToString(text);
}

}  // namespace
}  // namespace im
