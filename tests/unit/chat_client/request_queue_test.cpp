#include "common/chat_client/request_queue.hpp"

#include <gtest/gtest.h>

#include "common/chat_client/row.hpp"

namespace im::chat_client {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
constexpr TimePoint kAsked{std::chrono::hours(1)};
const json::object kOk{{"ok", true}};

struct Asked {
  RequestQueue queue{RequestQueue::Times{}};
  std::vector<std::string> answers;

  void add(const std::string& cmd, bool keep = true) {
    queue.add(
        {{{"cmd", cmd}},
         [this, cmd](const json::object& answer) { answers.push_back(cmd + (flag_of(answer, "ok") ? " ok" : " no")); },
         keep});
  }
};

TEST(RequestQueue, OneAtATimeInOrder) {
  Asked asked;
  asked.add("a");
  asked.add("b");
  EXPECT_FALSE(asked.queue.next(kAsked)) << "not open yet";
  asked.queue.open();
  const auto first = asked.queue.next(kAsked);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->body, R"({"cmd":"a"})");
  EXPECT_FALSE(asked.queue.next(kAsked));
  EXPECT_FALSE(asked.queue.answer(first->seq + 1, kOk, kAsked)) << "an answer to something else";
  EXPECT_TRUE(asked.queue.answer(first->seq, kOk, kAsked));
  EXPECT_FALSE(asked.queue.answer(first->seq, kOk, kAsked)) << "a second answer";
  EXPECT_EQ(asked.queue.next(kAsked)->body, R"({"cmd":"b"})");
  EXPECT_EQ(asked.answers, (std::vector<std::string>{"a ok"}));
}

TEST(RequestQueue, ALossRepeatsWhatIsKeptAndGivesUpTheRest) {
  Asked asked;
  asked.queue.open();
  asked.add("a");
  asked.add("typing", false);
  asked.add("b");
  const auto before = asked.queue.next(kAsked);
  asked.queue.lost();
  EXPECT_EQ(asked.answers, (std::vector<std::string>{"typing no"}));
  EXPECT_FALSE(asked.queue.next(kAsked));
  asked.queue.open();
  const auto again = asked.queue.next(kAsked);
  EXPECT_EQ(again->body, before->body);
  EXPECT_FALSE(asked.queue.answer(before->seq, kOk, kAsked)) << "the answer of a connection that is gone";
  EXPECT_TRUE(asked.queue.answer(again->seq, kOk, kAsked));
  EXPECT_EQ(asked.queue.next(kAsked)->body, R"({"cmd":"b"})");
}

TEST(RequestQueue, WaitsAsLongAsTheServerSaysAndKeepsTheOrder) {
  Asked asked;
  asked.queue.open();
  asked.add("a");
  asked.add("b");
  const auto first = asked.queue.next(kAsked);
  asked.queue.answer(first->seq, {{"ok", false}, {"code", 4429}, {"retry_ms", 700}}, kAsked);
  EXPECT_FALSE(asked.queue.next(kAsked + milliseconds(699)));
  EXPECT_EQ(asked.queue.due(), kAsked + milliseconds(700));
  const auto again = asked.queue.next(kAsked + milliseconds(700));
  EXPECT_EQ(again->body, first->body);
  asked.queue.answer(again->seq, {{"ok", false}, {"code", 4503}}, kAsked);
  EXPECT_FALSE(asked.queue.next(kAsked)) << "no time was told";
  EXPECT_TRUE(asked.queue.next(kAsked + milliseconds(500)));
  EXPECT_TRUE(asked.answers.empty());
}

TEST(RequestQueue, ARefusalIsAnAnswer) {
  Asked asked;
  asked.queue.open();
  asked.add("a");
  asked.queue.answer(asked.queue.next(kAsked)->seq, {{"ok", false}, {"code", 4403}}, kAsked);
  EXPECT_EQ(asked.answers, (std::vector<std::string>{"a no"}));
  EXPECT_EQ(asked.queue.size(), 0U);
}

TEST(RequestQueue, AMissingAnswerIsNoticed) {
  Asked asked;
  asked.queue.open();
  asked.add("a");
  asked.queue.next(kAsked);
  EXPECT_FALSE(asked.queue.overdue(kAsked + milliseconds(9999)));
  EXPECT_TRUE(asked.queue.overdue(kAsked + milliseconds(10000)));
}

TEST(RequestQueue, IsBounded) {
  Asked asked;
  for (int i = 0; i < 10000; ++i) ASSERT_TRUE(asked.queue.add({{{"cmd", "a"}}}));
  EXPECT_FALSE(asked.queue.add({{{"cmd", "a"}}}));
}

}  // namespace
}  // namespace im::chat_client
