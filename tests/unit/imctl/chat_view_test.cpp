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

TEST(ChatView, FilesSayWhatTheyAreAndHowToGetThem) {
  Shown shown;
  const auto sent = [](const std::string& type, const std::string& body) {
    return chat_client::Row{5, 3, "message", type, 2, body, 0, 0};
  };
  EXPECT_EQ(
      shown.row(sent("image", R"({"media":"6c","name":"cat.jpg","size":48213,"width":16,"height":9,"caption":"us"})")),
      "#3 user 2: (image) cat.jpg, 48213 bytes, 16x9, \"us\"  (/get 3)\n");
  EXPECT_EQ(shown.row(sent("voice", R"({"media":"6c","name":"a.ogg","size":9,"duration_ms":1549})")),
            "#3 user 2: (voice) a.ogg, 9 bytes, 1.5 s  (/get 3)\n");
  EXPECT_EQ(shown.row(sent("file", R"({"media":"6c","name":"a\u001b[2J\u202e","size":9})")),
            "#3 user 2: (file) a\\x1b[2J\\u{202e}, 9 bytes  (/get 3)\n");
  EXPECT_EQ(shown.row(sent("image", "{}")), "#3 user 2: (image) {}\n") << "no body of a server";
}

TEST(ChatView, CallsInWords) {
  Shown shown;
  const auto call = [&shown](const std::string& members) {
    return shown.row({5, 3, "message", "call", 2, "{\"call_id\":\"c1\"," + members + "}", 0, 0});
  };
  EXPECT_EQ(call(R"("kind":"audio","caller":2,"outcome":"answered","talk_ms":123456)"), "#3 user 2: call, 2 min 3 s\n");
  EXPECT_EQ(call(R"("kind":"video","caller":2,"outcome":"answered","talk_ms":3661000)"),
            "#3 user 2: video call, 1 h 1 min 1 s\n");
  EXPECT_EQ(call(R"("kind":"audio","caller":2,"outcome":"cancelled")"), "#3 user 2: missed call\n");
  EXPECT_EQ(call(R"("kind":"audio","caller":1,"outcome":"missed")"), "#3 user 2: call, no answer\n");
  EXPECT_EQ(call(R"("kind":"screen","caller":2,"outcome":"rejected")"), "#3 user 2: screen call, declined\n");
  EXPECT_EQ(shown.row({5, 3, "message", "call", 2, "{}", 0, 0}), "#3 user 2: (call) {}\n") << "no body of a server";
}

TEST(ChatView, AnswersInWords) {
  Shown shown;
  const json::array readers{json::object{{"uid", 1}, {"read_seq", 4}}, json::object{{"uid", 2}, {"read_seq", 4}}};
  shown.view.answer("readers", {{"ok", true}, {"readers", readers}});
  shown.view.answer("readers", {{"ok", true}, {"readers", json::array{}}});
  shown.view.answer("conv.open", {{"ok", true}, {"conv_id", 5}});
  EXPECT_EQ(shown.text, "-- read by you, user 2\n-- nobody has read it\n");
}

TEST(ChatView, FailuresAreCounted) {
  for (const bool as_json : {false, true}) {
    Shown shown(as_json);
    shown.view.answer("read", {{"ok", true}});
    EXPECT_EQ(shown.view.failures(), 0);
    shown.view.answer("conv.open", {{"ok", false}, {"error", "no such user"}});
    EXPECT_EQ(shown.view.failures(), 1);
    shown.view.problem("there is no /nonsense");
    EXPECT_EQ(shown.view.failures(), 2);
  }
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
