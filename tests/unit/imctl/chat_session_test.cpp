#include "tools/imctl/chat/chat_session.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

/// A session that has not begun: nothing is answered, what is typed waits.
class ChatSessionTest : public testing::Test {
 protected:
  /// As many requests as may wait, and one that may not.
  void fill() {
    while (shown_.find("too much waits") == std::string::npos) session_.line("/list");
    shown_.clear();
  }
  std::string typed(const std::string& line) {
    shown_.clear();
    session_.line(line);
    return shown_;
  }

  std::string shown_;
  boost::asio::io_context context_;
  ChatView view_{{}, [this](const std::string& lines) { shown_ += lines + "\n"; }};
  ChatSession session_{context_, {.server = "http://127.0.0.1:1"}, view_, [](const std::string&, Exit) {}};
};

constexpr const char* kNamed = R"(not sent: "hello"; too much waits for the server)";

TEST_F(ChatSessionTest, WhatFindsNoPlaceIsNamed) {
  session_.line("/conv 7");
  fill();
  for (const char* line : {"hello", "/to bob hello", "/to 2 hello"})
    EXPECT_NE(typed(line).find(kNamed), std::string::npos) << line << ": " << shown_;
}

/// Nothing of them waits for a conversation that nobody opens.
TEST_F(ChatSessionTest, LinesAfterAConversationThatFindsNoPlaceAreNotHeldBack) {
  fill();
  for (const char* line : {"/to bob", "/to 2", "/to 2 hello"}) {
    EXPECT_NE(typed(line).find("too much waits"), std::string::npos) << line;
    EXPECT_NE(typed("then").find(R"(not sent: "then"; no conversation yet)"), std::string::npos) << line;
  }
}

TEST_F(ChatSessionTest, AReplyWithoutAConversationIsNamed) {
  EXPECT_NE(typed("/reply 3 yes").find(R"(not sent: "yes"; no conversation yet)"), std::string::npos) << shown_;
}

}  // namespace
}  // namespace im::imctl
