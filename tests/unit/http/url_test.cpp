#include "common/http/url.hpp"

#include <gtest/gtest.h>

namespace im::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(PercentDecodeTest, DecodesEscapes) {
  EXPECT_EQ(percent_decode("", false), "");
  EXPECT_EQ(percent_decode("/a%2Fb%20c%c3%bc", false), "/a/b c\xc3\xbc");
  EXPECT_EQ(percent_decode("%00", false), std::string(1, '\0'));
  EXPECT_EQ(percent_decode("%2525", false), "%25");  // once only
}

TEST(PercentDecodeTest, PlusIsASpaceInQueriesOnly) {
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a%2Bb", true), "a+b");
}

TEST(PercentDecodeTest, RefusesBadEscapes) {
  for (const char* text : {"%", "%2", "a%", "%zz", "%2g", "%-1", "%+1", "% 1"}) {
    EXPECT_EQ(percent_decode(text, true), std::nullopt) << text;
  }
}

TEST(ParseQueryTest, KeepsOrderAndRepeats) {
  EXPECT_EQ(parse_query("keys=1&op=2&keys=3"), (Pairs{{"keys", "1"}, {"op", "2"}, {"keys", "3"}}));
}

TEST(ParseQueryTest, TakesOddOnes) {
  EXPECT_EQ(parse_query(""), Pairs{});
  EXPECT_EQ(parse_query("&&a=1&"), (Pairs{{"a", "1"}}));
  EXPECT_EQ(parse_query("a"), (Pairs{{"a", ""}}));
  EXPECT_EQ(parse_query("a="), (Pairs{{"a", ""}}));
  EXPECT_EQ(parse_query("=b"), (Pairs{{"", "b"}}));
  EXPECT_EQ(parse_query("a=b=c"), (Pairs{{"a", "b=c"}}));
  EXPECT_EQ(parse_query("a%3D=b%26"), (Pairs{{"a=", "b&"}}));
}

TEST(ParseQueryTest, RefusesBadEscapes) {
  EXPECT_EQ(parse_query("a=%"), std::nullopt);
  EXPECT_EQ(parse_query("ok=1&%zz=1"), std::nullopt);
}

TEST(FormFieldsTest, ReadsOneAfterTheOther) {
  FormFields fields("&a%3D=1+%26&&b=%zz");
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.name(), "a=");
  EXPECT_EQ(fields.value(), "1 &");
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.name(), "b");
  EXPECT_EQ(fields.value(), std::nullopt);
  EXPECT_FALSE(fields.next());
  EXPECT_TRUE(fields.ok());
  FormFields bad("%=1&a=2");
  EXPECT_FALSE(bad.next());
  EXPECT_FALSE(bad.ok());
  FormFields two("a=1&b=2", 2), many("a=1&b=2", 1);
  EXPECT_TRUE(two.next() && two.next() && !two.next() && two.ok());
  EXPECT_TRUE(many.next() && !many.next() && !many.ok());
}

}  // namespace
}  // namespace im::http
