#include "comet/wire/v1_codec.hpp"

#include <gtest/gtest.h>

#include "comet/wire/dialect.hpp"
#include "common/wire/json_text.hpp"

namespace im::comet {
namespace {

std::string json(const wire::Packet& packet) {
  std::string out;
  v1::append_json(out, packet);
  return out;
}

PushMessage push_of(const std::string& body) { return {1000, std::make_shared<const std::string>(body), 0}; }

std::optional<wire::Packet> read(std::string_view message) { return v1::parse_json(message, 65536); }

/// A push as a client of the dialect sees it, without WebSocket headers.
std::string pushed(const Dialect& dialect, const std::vector<PushMessage>& messages, bool room) {
  const std::string bytes(dialect.push(messages, room).bytes(Transport::kTcp));
  std::string text;
  for (const char c : bytes) text += c >= ' ' && c < 0x7f ? c : c == '\n' ? '$' : '.';
  return text;
}

TEST(V1Json, ReadsObjects) {
  const auto packet = read(R"( {"VER": 1, "op":7,"Seq":-3,"body": {"a": [1, 2]}, "x":null} )");
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->version, 1);
  EXPECT_EQ(packet->op, 7);
  EXPECT_EQ(packet->seq, -3);
  EXPECT_EQ(packet->body, R"({"a": [1, 2]})");
  EXPECT_TRUE(read("{}"));
}

TEST(V1Json, RefusesTheRest) {
  for (const char* text : {"", "[]", "1", "{", "{\"op\":7", "{\"op\":7}x", "{\"op\":\"7\"}", "{\"op\":7.5}",
                           "{\"op\":2147483648}", "{\"ver\":32768}", "{op:7}", "{\"op\":07}", "{\"op\":7,}",
                           "{\"body\":tru}", "{\"body\":\"\x01\"}", "{\"body\":\"\xff\"}", "{\"body\":\"\\u12\"}"})
    EXPECT_FALSE(read(text)) << text;
  EXPECT_TRUE(read("{\"body\":" + std::string(31, '[') + std::string(31, ']') + "}"));
  EXPECT_FALSE(read("{\"body\":" + std::string(32, '[') + std::string(32, ']') + "}"));
}

TEST(V1Json, WritesAsGoDoes) {
  EXPECT_EQ(json({1, 8, 1, ""}), R"({"ver":1,"op":8,"seq":1,"body":{}})");
  EXPECT_EQ(json({0, 5, 0, " { \"a\" : \"<b>&\" } "}),
            R"({"ver":0,"op":5,"seq":0,"body":{"a":"\u003cb\u003e\u0026"}})");
  EXPECT_EQ(json({0, 5, 0, "h\xc3\xa9 \"x\"\n<"}),
            "{\"ver\":0,\"op\":5,\"seq\":0,\"body\":\"h\xc3\xa9 \\\"x\\\"\\n\\u003c\"}");
  EXPECT_EQ(json({0, 5, 0, "\xff\xe2\x80\xa8"}), R"({"ver":0,"op":5,"seq":0,"body":"\ufffd\u2028"})");
}

TEST(V1Json, PushesOfEachKindOfClient) {
  const std::vector<PushMessage> one{push_of("1")}, two{push_of("1"), push_of("x")};
  EXPECT_EQ(pushed(Dialect::kV1Array, one, false), R"(.$[{"ver":0,"op":5,"seq":0,"body":1}]$)");
  EXPECT_EQ(pushed(Dialect::kV1Array, one, true), R"(.#[{"ver":0,"op":5,"seq":0,"body":1}])");
  EXPECT_EQ(pushed(Dialect::kV1Array, two, true),
            R"(.G[{"ver":0,"op":5,"seq":0,"body":1},{"ver":0,"op":5,"seq":0,"body":"x"}])");
  EXPECT_EQ(pushed(Dialect::kV1Object, one, false), R"(."{"ver":0,"op":5,"seq":0,"body":1}$)");
  EXPECT_EQ(pushed(Dialect::kV1Object, two, true),
            R"(.!{"ver":0,"op":5,"seq":0,"body":1}.#{"ver":0,"op":5,"seq":0,"body":"x"})");
  EXPECT_EQ(Dialect::kV1.push(two, true).bytes(Transport::kTcp),
            std::string_view("\0\0\0\x11\0\x10\0\0\0\0\0\x05\0\0\0\0"
                             "1\0\0\0\x11\0\x10\0\0\0\0\0\x05\0\0\0\0x",
                             34));
}

TEST(JsonText, CompactsOnlyJson) {
  const auto compact = [](const char* text) {
    std::string out = "<";
    return wire::append_compact_json(out, text, 5) ? out.substr(1) : out == "<" ? "no" : "left something";
  };
  EXPECT_EQ(compact(" [ 1 , -0.5e+3 , true , null , \"a b\" ] "), "[1,-0.5e+3,true,null,\"a b\"]");
  EXPECT_EQ(compact("{}"), "{}");
  EXPECT_EQ(compact("{ \"a\" : { } , \"b\" : [ ] }"), "{\"a\":{},\"b\":[]}");
  for (const char* text :
       {"", "1 2", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "-", "1.", "1e", "01", "\"", "[[[[[[1]]]]]]", "]"})
    EXPECT_EQ(compact(text), "no") << text;
}

}  // namespace
}  // namespace im::comet
