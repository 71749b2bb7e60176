#include "tools/imctl/chat/chat_view.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

namespace json = boost::json;

/// What is printed, without the clock.
struct Shown {
  explicit Shown(bool as_json = false, bool colour = false)
      : view({as_json, colour}, [this](const std::string& lines) { text += lines + "\n"; }) {
    view.me(1);
  }
  std::string row(chat_client::Row row, std::int64_t current = 5) {
    text.clear();
    view.row(row, current);
    return text.size() > 9 ? text.substr(9) : text;
  }
  std::string text;
  ChatView view;
};

chat_client::Row said(const std::string& kind, const std::string& body, std::int64_t ref = 0) {
  return {5, 3, kind, "text", 2, body, 0, ref};
}

TEST(ChatView, OneLineForEachKindOfRow) {
  Shown shown;
  EXPECT_EQ(shown.row(said("message", "hello")), "#3 user 2: hello\n");
  EXPECT_EQ(shown.row(said("message", "hello"), 6), "[5] #3 user 2: hello\n") << "of another conversation";
  EXPECT_EQ(shown.row(said("message", "yes", 1)), "#3 user 2 to #1: yes\n");
  EXPECT_EQ(shown.row(said("edit", "better", 1)), "#3 user 2 changed #1: better\n");
  EXPECT_EQ(shown.row(said("recall", "", 1)), "#3 user 2 took back #1\n");
  EXPECT_EQ(shown.row({5, 3}), "") << "a row that is not for this user";
}

TEST(ChatView, WhatOthersWroteIsPrintable) {
  Shown shown;
  EXPECT_EQ(shown.row(said("message", "\x1b[2J\xe2\x80\xae\n")), "#3 user 2: \\x1b[2J\\u{202e}\\n\n");
}

TEST(ChatView, NamesComeWithTheList) {
  Shown shown;
  shown.view.answer("sync.all", {{"ok", true},
                                 {"conversations", json::array{json::object{{"conv_id", 5},
                                                                            {"kind", "p2p"},
                                                                            {"peer", 2},
                                                                            {"name", "bob\x1b"},
                                                                            {"unread", 4},
                                                                            {"last", json::object{{"body", "hi"}}}}}}});
  EXPECT_EQ(shown.text, "CONV  KIND  WITH     UNREAD  LAST\n5     p2p   bob\\x1b  4       hi\n");
  EXPECT_EQ(shown.row(said("message", "hello")), "#3 bob\\x1b: hello\n");
}

TEST(ChatView, ObjectsForPrograms) {
  Shown shown(true);
  shown.view.row(said("message", "hello"), 0);
  EXPECT_EQ(shown.text,
            R"({"event":"row","conv_id":5,"seq":3,"kind":"message","type":"text","sender":2,"body":"hello","ts":0})"
            "\n");
  shown.text.clear();
  shown.view.problem("x");
  shown.view.say("for people");
  EXPECT_EQ(shown.text, "{\"event\":\"problem\",\"text\":\"x\"}\n");
}

}  // namespace
}  // namespace im::imctl
