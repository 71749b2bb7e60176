#include "tools/imctl/chat/chat_session.hpp"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

/// A session that has not begun: nothing is answered, what is typed waits.
class ChatSessionTest : public testing::Test {
 protected:
  explicit ChatSessionTest(std::string server = "http://127.0.0.1:1") : server_(std::move(server)) {}
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

  const std::string server_;
  std::string shown_;
  boost::asio::io_context context_;
  ChatView view_{{}, [this](const std::string& lines) { shown_ += lines + "\n"; }};
  std::optional<std::pair<std::string, Exit>> ended_;
  ChatSession session_{context_, {.server = server_}, view_, [this](const std::string& why, Exit exit) {
                         ended_.emplace(why, exit);
                         context_.stop();
                       }};
};

/// Where every file fails as soon as it is its turn.
class QuitTest : public ChatSessionTest {
 protected:
  QuitTest() : ChatSessionTest("no address") { session_.line("/conv 7"); }
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

TEST_F(QuitTest, EndsAtOnceWhenNothingIsUnderWay) {
  session_.line("/quit");
  EXPECT_EQ(ended_, std::pair(std::string(), kFailed)) << "without a reason it is no failure";
}

TEST_F(QuitTest, WaitsForAFileAsTheEndOfInputDoes) {
  session_.line("/get 3");
  EXPECT_NE(typed("/quit").find("1 file under way; /quit again ends at once"), std::string::npos) << shown_;
  EXPECT_FALSE(ended_);
  session_.end_of_input();
  context_.run();
  EXPECT_EQ(ended_, std::pair(std::string(), kFailed));
  EXPECT_EQ(view_.failures(), 1) << "that of the file";
}

TEST_F(QuitTest, TheSecondOneEndsAtOnceAndSaysWhatIsNotDone) {
  session_.line("/get 3");
  session_.line("/list");
  session_.line("/quit");
  EXPECT_NE(typed("hello").find(R"(not sent: "hello"; /quit was typed before)"), std::string::npos) << shown_;
  session_.line("/quit");
  EXPECT_EQ(ended_, std::pair(std::string("ended before all was done: 1 file, 1 request under way"), kFailed));
}

TEST_F(QuitTest, CtrlCDoesNotWait) {
  session_.line("hello");
  session_.quit_now(kInterrupted);
  EXPECT_EQ(ended_, std::pair(std::string("ended before all was done: 1 request under way; messages not sent: 1 "
                                          "(--state FILE keeps them for the next run)"),
                              kInterrupted));
}

}  // namespace
}  // namespace im::imctl
