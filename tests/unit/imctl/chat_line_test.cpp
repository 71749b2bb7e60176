#include "tools/imctl/chat/chat_line.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

using What = ChatLine::What;

ChatLine good(std::string_view text) {
  const auto line = read_chat_line(text);
  EXPECT_TRUE(line.ok()) << text;
  return line.ok() ? line.value() : ChatLine{};
}

TEST(ChatLineText, IsTheMessage) {
  EXPECT_EQ(good("hello  you").text, "hello  you");
  EXPECT_EQ(good("hello").what, What::kText);
  EXPECT_EQ(good("  ").what, What::kNothing);
  EXPECT_EQ(good("//usr/bin").text, "/usr/bin");
  EXPECT_EQ(good("windows\r").text, "windows");
}

TEST(ChatLineCommand, ReadsWhatFollows) {
  EXPECT_EQ(good("/to 7").number, 7);
  EXPECT_EQ(good("/to 7  hi there").text, "hi there");
  EXPECT_EQ(good("/to bob").command, "bob");
  EXPECT_EQ(good("/to bob").number, 0) << "whose number is asked for";
  EXPECT_EQ(good("/to 7up.com 7 of us").command, "7up.com");
  EXPECT_EQ(good("/to 7up.com 7 of us").text, "7 of us");
  EXPECT_EQ(good("/edit 3 new text").number, 3);
  EXPECT_EQ(good("/edit 3 new text").text, "new text");
  EXPECT_EQ(good("/file my cat.jpg").text, "my cat.jpg");
  EXPECT_EQ(good("/get 3").number, 3);
  EXPECT_EQ(good("/get 3 /tmp/a b").text, "/tmp/a b");
  EXPECT_EQ(good("/more").number, 20);
  EXPECT_EQ(good("/more 5").number, 5);
  EXPECT_EQ(good("/do group.create {\"name\":\"x\"}").command, "group.create");
  EXPECT_EQ(good("/do group.create {\"name\":\"x\"}").text, "{\"name\":\"x\"}");
  EXPECT_EQ(good("/quit").what, What::kQuit);
}

TEST(ChatLineCommand, WrongOnesAreExplained) {
  for (const char* text :
       {"/to", "/to 0", "/to -1 hi", "/to 99999999999999999999", "/conv", "/conv 1 2", "/edit 3", "/edit x y",
        "/search", "/file", "/do", "/list all", "/more x", "/recall 99999999999999999999"}) {
    const auto line = read_chat_line(text);
    ASSERT_FALSE(line.ok()) << text;
    EXPECT_TRUE(line.error().message.starts_with("usage: /")) << line.error().message;
  }
  EXPECT_EQ(read_chat_line("/quiet").error().message, "there is no /quiet; /help shows what there is");
}

}  // namespace
}  // namespace im::imctl
