#include "logic/webim/lobby.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "logic/webim/lobby_events.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::webim {
namespace {

namespace json = boost::json;

class LobbyTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(lobby_.open().ok()); }
  Status say(int uid, const std::string& type, json::object message) {
    return lobby_.say({test::TestChat::actor(uid), type, std::move(message)});
  }
  json::object newest() { return lobby_.history(1).value().at(0).as_object(); }
  void mute(int uid) {
    ASSERT_TRUE(chat_.database.open()
                    ->execute("INSERT INTO muted_users (uid, until_ms) VALUES (?, ?)", {uid, unix_ms() + 3'600'000})
                    .ok());
  }

  test::TestChat chat_;
  chat::TextGate gate_;
  Lobby lobby_{*chat_.store, chat_.conversations, gate_};
};

TEST_F(LobbyTest, WhoIsMutedSaysNothing) {
  ASSERT_TRUE(say(1, "text", {{"data", "one"}}).ok());
  mute(1);
  EXPECT_EQ(say(1, "text", {{"data", "two"}}).error().code, Error::Code::kDenied);
  EXPECT_EQ(lobby_.may_speak(Uid(1)).error().message, "you are muted");
  EXPECT_TRUE(lobby_.may_speak(Uid(2)).ok());
  EXPECT_EQ(lobby_.history(10).value().size(), 1U);
}

TEST_F(LobbyTest, LinesPassTheGateAsPlainText) {
  std::vector<std::string> asked;
  gate_.use([&](const chat::TextCheck& text) -> Result<std::string> {
    asked.push_back(text.type + ":" + text.body);
    if (text.body == "sp am") return Error{Error::Code::kDenied, "the message is not allowed here"};
    return text.body == "<damn>" || text.body == "/bad.png" ? "<d***>" : text.body;
  });
  EXPECT_EQ(say(1, "text", {{"data", "sp&nbsp;am"}}).error().code, Error::Code::kDenied);
  EXPECT_EQ(lobby_.history(10).value().size(), 0U);
  ASSERT_TRUE(say(1, "text", {{"data", "&lt;damn&gt;"}}).ok());
  EXPECT_EQ(newest().at("msg").at("data"), "&lt;d***&gt;");
  ASSERT_TRUE(say(1, "image", {{"type", "image"}, {"url", "/bad.png"}, {"data", ""}}).ok());
  EXPECT_EQ(newest().at("type"), "text");
  EXPECT_EQ(newest().at("msg").at("data"), "&lt;d***&gt;");
  EXPECT_FALSE(newest().at("msg").as_object().contains("url"));
  ASSERT_TRUE(say(1, "image", {{"type", "image"}, {"url", "/good.png"}, {"data", ""}}).ok());
  EXPECT_EQ(newest().at("msg").at("url"), "/good.png");
  EXPECT_EQ(asked, (std::vector<std::string>{"text:sp am", "text:<damn>", "image:/bad.png", "image:/good.png"}));
}

/// A page throws at them, and does so at each login as long as they stand in the history.
TEST_F(LobbyTest, APageCanDrawWhatOthersWrote) {
  const auto drawn = [](const char* type, const char* data, const char* url) -> std::string {
    const json::object message{{"type", json::parse(type)}, {"data", json::parse(data)}, {"url", json::parse(url)}};
    const json::object heard = json::parse(private_event(message)).at("webim").as_object();
    const json::object line = line_of(json::serialize(message), {Uid(7), "7", "p", ""});
    EXPECT_EQ(line.at("data"), heard.at("data"));
    const json::value* shown = heard.if_contains("type");
    return (shown == nullptr ? "no type" : json::serialize(*shown)) + " " + json::serialize(heard.at("data"));
  };
  EXPECT_EQ(drawn(R"("e<v>l")", R"("x")", "null"), R"("text" "[e&lt;v&gt;l] x")");
  EXPECT_EQ(drawn(R"("file")", R"("")", R"("/a?b&c")"), R"("text" "[file] /a?b&amp;c")");
  EXPECT_EQ(drawn(R"("sys")", "null", "{}"), R"("text" "[sys] ")");
  EXPECT_EQ(drawn("null", "null", "null"), R"(no type "")");
  EXPECT_EQ(drawn(R"("image")", R"("")", R"("/a.png")"), R"("image" "")");
  EXPECT_EQ(drawn(R"("screen")", R"("gg")", "null"), R"("screen" "gg")");
  ASSERT_TRUE(say(1, "evil", {{"type", "evil"}, {"data", nullptr}}).ok());
  EXPECT_EQ(newest().at("type"), "text");
  EXPECT_EQ(newest().at("msg").at("data"), "[evil] ");
}

TEST_F(LobbyTest, WhatTheGateDoesNotSeeIsNotKept) {
  gate_.use([](const chat::TextCheck& text) -> Result<std::string> { return text.body; });
  ASSERT_TRUE(say(1, "image", {{"type", "image"}, {"url", "/good.png"}, {"data", "spam"}, {"more", "spam"}}).ok());
  EXPECT_EQ(newest().at("msg").at("url"), "/good.png");
  EXPECT_EQ(json::serialize(newest()).find("spam"), std::string::npos) << json::serialize(newest());
  ASSERT_TRUE(say(1, "video", {{"type", "video"}, {"data", ""}, {"url", "spam"}}).ok());
  EXPECT_EQ(json::serialize(newest()).find("spam"), std::string::npos) << json::serialize(newest());
}

TEST_F(LobbyTest, WithoutAGateALineIsKeptAsItIs) {
  ASSERT_TRUE(say(1, "text", {{"type", "text"}, {"data", "hello"}, {"more", json::object{{"a", 1}}}}).ok());
  EXPECT_EQ(newest().at("msg").at("more").at("a"), 1);
}

/// Rows of before there was one door.
TEST_F(LobbyTest, AForgedRowIsShownAsItsSenders) {
  const char* forged = R"({"cmd":"x","from":2,"name":"user 2","avatar":"a","user":{"name":"user 2"},"data":"hello"})";
  const Person sender{Uid(1), "1", "user 1", ""};
  const json::object line = line_of(forged, sender);
  EXPECT_EQ(line.at("from"), 1);
  EXPECT_EQ(line.at("name"), "user 1");
  EXPECT_EQ(line.at("avatar"), "");
  EXPECT_EQ(line.at("user").at("name"), "user 1");
  const std::string poll = "fdfdfdfdfdfdfdfd0000000000000001";
  EXPECT_EQ(line_of(R"({"from":")" + poll + R"("})", sender).at("from"), json::value(poll)) << "its own address stays";
  EXPECT_EQ(line_of("<b>", sender).at("data"), "&lt;b&gt;");
  store::Message row{.type = "text", .sender = Uid(1), .body = forged};
  EXPECT_EQ(json::parse(line_event(row, sender)).at("webim").at("from"), 1);
  row.body = "<b>";
  EXPECT_EQ(json::parse(line_event(row, sender)).at("webim").at("data"), "&lt;b&gt;");
  EXPECT_EQ(json::parse(line_event(row, sender)).at("body"), "<b>");
}

}  // namespace
}  // namespace im::logic::webim
