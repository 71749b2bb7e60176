#include "common/json/strict_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace im {
namespace {

std::string problem(const std::string& text) {
  const auto value = parse_strict_json(text);
  return value.ok() ? "" : value.error().message;
}

TEST(StrictJson, TakesWhatIsJson) {
  for (const char* text : {"{}", "[]", "null", "1", "-0.5e3", "\"\\u00e9\"",
                           " [1, {\"a\": {\"a\": 1}, \"b\": [{\"a\": 2}]}] ", "{\"\": 1, \"a\": 2}"})
    EXPECT_EQ(problem(text), "") << text;
}

TEST(StrictJson, RefusesWhatIsNot) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{a:1}",
                           "'x'",
                           "{\"a\":1,}",
                           "NaN",
                           "01",
                           "+1",
                           "\"\\x\"",
                           "/* */ 1",
                           "1 2",
                           "{}{}",
                           "\"\n\"",
                           "\"\xff\"",
                           "\"\xc0\xaf\"",
                           "\"\xed\xa0\x80\"",
                           "\xef\xbb\xbf{}",
                           "[1",
                           "tru"})
    EXPECT_NE(problem(text), "") << text;
}

TEST(StrictJson, NoNumberThatCannotBeWrittenAgain) {
  for (const char* text : {"5555555555E55557", "[1e309]", "{\"n\":-1e999}"})
    EXPECT_NE(problem(text).find("beyond what a double holds"), std::string::npos) << text << ": " << problem(text);
  for (const char* text : {"1e308", "1e-999", "123456789012345678901234567890"}) EXPECT_EQ(problem(text), "") << text;
}

TEST(StrictJson, NameTwiceInOneObject) {
  EXPECT_EQ(problem(R"({"a":1,"a":2})"), "the name \"a\" stands twice in an object");
  EXPECT_EQ(problem(R"([{"x":{"b":1,"c":2,"b":3}}])"), "the name \"b\" stands twice in an object");
  EXPECT_NE(problem(R"({"\u0061":1,"a":2})"), "") << "an escape is the same name";
}

TEST(StrictJson, AtMost32Levels) {
  EXPECT_EQ(problem(std::string(32, '[') + std::string(32, ']')), "");
  EXPECT_EQ(problem(std::string(33, '[') + std::string(33, ']')), "more than 32 levels deep");
  EXPECT_EQ(problem(std::string(100000, '[')), "more than 32 levels deep");
}

}  // namespace
}  // namespace im
