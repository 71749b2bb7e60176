#include "logic/identity/v1_rules.hpp"

#include <gtest/gtest.h>

namespace im::logic {
namespace {

std::string token(std::string_view text) {
  const V1Token read = read_v1_token(text);
  return std::to_string(read.uid) + " room " + std::to_string(read.room) + (read.seed_sdk ? " seed" : "");
}

TEST(V1Rules, Tokens) {
  EXPECT_EQ(token("123"), "123 room 1");
  EXPECT_EQ(token("-5"), "-5 room 1");
  EXPECT_EQ(token("+5"), "5 room 1");
  EXPECT_EQ(token("9223372036854775807"), "9223372036854775807 room 1");
  for (const char* text : {"", " ", "123 ", "\"123\"", "{}", "9223372036854775808", "1.0", "0x1", "a", "1,", ",1",
                           "1,2,3", "1, 2", "1,2147483648", "+-5"})
    EXPECT_EQ(token(text), "0 room -1") << text;
  EXPECT_EQ(token("1,300"), "1 room 300 seed");
  EXPECT_EQ(token("1,-1"), "1 room -1 seed");
}

TEST(V1Rules, Rooms) {
  EXPECT_EQ(v1_room(-7), "v1://-7");
  EXPECT_EQ(v1_room_number("v1://300"), 300);
  for (const char* key : {"v1://", "v1://a", "v1://007", "v1://+1", "v1://2147483648", "live://1", "1"})
    EXPECT_FALSE(v1_room_number(key)) << key;
}

TEST(V1Rules, BodyOfPushs) {
  const auto pushs = read_v1_pushs(R"({"M": {"a": "<"} , "u":[1, 2,-3]})");
  ASSERT_TRUE(pushs);
  EXPECT_EQ(pushs->message, R"({"a": "<"})");
  EXPECT_EQ(pushs->uids, (std::vector<std::int64_t>{1, 2, -3}));
  EXPECT_TRUE(read_v1_pushs("{}"));
  EXPECT_TRUE(read_v1_pushs(R"({"u":null,"m":1})"));
  for (const char* text : {"", "[]", "{\"u\":1}", "{\"u\":[\"1\"]}", "{\"u\":[1.5]}", "{\"u\":[1,]}", "{\"m\":}",
                           "{\"m\":1}}", "{\"u\":[1"})
    EXPECT_FALSE(read_v1_pushs(text)) << text;
}

}  // namespace
}  // namespace im::logic
