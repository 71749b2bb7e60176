#include "comet/wire/webim_codec.hpp"

#include <gtest/gtest.h>

#include "comet/wire/dialect.hpp"

namespace im::comet {
namespace {

std::int32_t op_of(std::string_view message) { return webim::parse(message, 1U << 20)->op; }

/// Messages as a page gets them, short ones: each has a header of two or four bytes.
std::vector<std::string> messages_in(std::string_view bytes) {
  std::vector<std::string> out;
  while (!bytes.empty()) {
    std::size_t size = static_cast<unsigned char>(bytes[1]);
    std::size_t header = 2;
    if (size == 126) {
      size = static_cast<unsigned char>(bytes[2]) * 256U + static_cast<unsigned char>(bytes[3]);
      header = 4;
    }
    out.emplace_back(bytes.substr(header, size));
    bytes.remove_prefix(header + size);
  }
  return out;
}

std::vector<std::string> pushed(std::int32_t op, const std::string& body) {
  const PushMessage message{op, std::make_shared<const std::string>(body), 0};
  const Frame frame = webim::push({&message, 1}, true);
  return messages_in(frame.bytes(Transport::kWebSocket));
}

TEST(WebimCodec, ReadsCommands) {
  EXPECT_EQ(op_of(R"({"cmd":"login","name":"a"})"), wire::kOpAuth);
  for (const char* text : {R"({"cmd":"getOnline"})", R"({"cmd":"room","event":"offer"})",
                           R"( {"x":1,"cmd" : "getHistory"} )", R"({"cmd":"message","channal":1})"})
    EXPECT_EQ(op_of(text), wire::kOpRequest) << text;
  EXPECT_EQ(webim::parse(R"({"cmd":"getOnline"})", 100)->body, R"({"cmd":"getOnline"})");
  EXPECT_EQ(op_of(R"({"cmd":"message","channal":11})"), webim::kOpActive);
  EXPECT_EQ(op_of(R"({"cmd":"message","channal":"11"})"), webim::kOpActive);
  EXPECT_EQ(op_of(R"({"cmd":"msg.send"})"), webim::kOpUnknown);
  for (const char* text :
       {"", "x", "[]", "{}", R"({"cmd":7})", R"({"cmd":""})", R"({"cmd":"login")", R"({"cmd":null})"})
    EXPECT_EQ(op_of(text), webim::kOpNoCommand) << text;
  EXPECT_EQ(op_of(R"({"cmd":"message","data":")" + std::string(64 * 1024, 'x') + "\"}"), webim::kOpTooLong);
}

TEST(WebimCodec, SaysWhatStandsInTheAnswer) {
  const auto said = [](std::string_view body) {
    return messages_in(webim::reply({1, wire::kOpReply, 1, body}, Transport::kWebSocket));
  };
  EXPECT_EQ(said(R"({"ok":true,"webim":{"cmd":"login","fd":7}})"),
            std::vector<std::string>{R"({"cmd":"login","fd":7})"});
  EXPECT_EQ(said(R"({"webim":[{"a":1},{"b":[2]}]})"), (std::vector<std::string>{R"({"a":1})", R"({"b":[2]})"}));
  EXPECT_TRUE(said(R"({"ok":true})").empty());
  EXPECT_TRUE(said("").empty());
  EXPECT_TRUE(said("not json").empty());
}

TEST(WebimCodec, WritesEvents) {
  EXPECT_EQ(pushed(wire::kOpEvent, R"({"cmd":"lobby.came","webim":[{"cmd":"newUser"},{"cmd":"fromMsg"}]})"),
            (std::vector<std::string>{R"({"cmd":"newUser"})", R"({"cmd":"fromMsg"})"}));
  EXPECT_TRUE(pushed(wire::kOpEvent, R"({"cmd":"call.incoming","call_id":"x"})").empty());
  EXPECT_EQ(pushed(1000, "hello \"all\""),
            std::vector<std::string>{R"({"cmd":"fromMsg","from":0,"channal":0,"type":"text","data":"hello \"all\""})"});
}

TEST(WebimCodec, WritesPrivateMessagesOfNewerClients) {
  EXPECT_EQ(
      pushed(wire::kOpEvent, R"({"cmd":"msg.new","type":"text","sender":9,"body":"a<b> \"c\" \\ & d"})"),
      std::vector<std::string>{
          R"({"cmd":"fromMsg","from":9,"channal":1,"type":"text","data":"a&lt;b&gt; &quot;c&quot; \\ &amp; d"})"});
  EXPECT_EQ(
      pushed(wire::kOpEvent, R"({"cmd":"msg.new","type":"location","sender":9,"body":"here"})"),
      std::vector<std::string>{R"({"cmd":"fromMsg","from":9,"channal":1,"type":"text","data":"[location] here"})"});
  EXPECT_EQ(pushed(wire::kOpEvent, R"({"cmd":"msg.new","type":"image","sender":9,"body":"{\"media\":\"x\"}"})"),
            std::vector<std::string>{R"({"cmd":"fromMsg","from":9,"channal":1,"type":"text","data":"[image]"})"});
  EXPECT_EQ(
      pushed(wire::kOpEvent, R"({"cmd":"msg.new","type":"image","sender":9,"body":"{}","webim":{"cmd":"fromMsg"}})"),
      std::vector<std::string>{R"({"cmd":"fromMsg"})"})
      << "logic knows where it is";
  EXPECT_TRUE(
      pushed(wire::kOpEvent, R"({"cmd":"msg.new","type":"text","sender":9,"client_msg_id":"1","body":"own"})").empty());
  EXPECT_TRUE(pushed(wire::kOpEvent, R"({"cmd":"msg.new","type":"call","sender":9,"body":"{}"})").empty());
}

TEST(WebimCodec, SaysFailuresInThePagesNumbers) {
  const std::vector<std::pair<std::int32_t, std::string>> codes{{4400, "101"}, {4405, "102"}, {4413, "102"},
                                                                {4422, "102"}, {4429, "104"}, {4503, "103"}};
  for (const auto& [code, expected] : codes) {
    EXPECT_EQ(webim::failure({code, "why", 0}), R"({"webim":{"cmd":"error","code":)" + expected + R"(,"msg":"why"}})");
  }
}

}  // namespace
}  // namespace im::comet
