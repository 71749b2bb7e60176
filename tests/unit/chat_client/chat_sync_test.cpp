#include "common/chat_client/chat_sync.hpp"

#include "tests/unit/chat_client/talk.hpp"

namespace im::chat_client {
namespace {

TEST(ChatSync, FirstLoginSyncsEverything) {
  Talk talk;
  talk.core.connected(talk.now);
  const json::object hello = talk.next("hello");
  EXPECT_EQ(text_of(hello, "device"), "phone");
  EXPECT_FALSE(hello.contains("resume"));
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e1"})");
  EXPECT_EQ(talk.core.uid(), 1);
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[{"conv_id":5,"last_seq":3,"read_seq":2}],"has_more":false,"epoch":"e1"})");
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 0);
  talk.answer(page({1, 2}, 3, true));
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 2);
  EXPECT_FALSE(talk.core.sync().whole());
  talk.answer(page({3}, 3));
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1m1", "2m2", "3m3"}));
  EXPECT_TRUE(talk.core.sync().whole());
  EXPECT_TRUE(talk.asked.empty());
}

TEST(ChatSync, BeginsBehindTheReadMarkWhenToldTo) {
  Talk talk(true);
  talk.core.connected(talk.now);
  talk.next("hello");
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e1"})");
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[{"conv_id":5,"last_seq":3,"read_seq":2}],"has_more":false,"epoch":"e1"})");
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 2);
}

TEST(ChatSync, DuplicatesAndDisorderAreNotShown) {
  Talk talk;
  talk.begin();
  for (const Seq number : {1, 1, 2, 4, 3, 3, 4, 2}) talk.message(number);
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1m1", "2m2", "3m3", "4m4"}));
  talk.pass(1000);
  EXPECT_TRUE(talk.asked.empty()) << "the gap closed by itself";
}

TEST(ChatSync, AGapIsAskedForAfterAWhile) {
  Talk talk;
  talk.begin();
  talk.message(1);
  talk.message(4);
  talk.pass(199);
  EXPECT_TRUE(talk.asked.empty());
  EXPECT_EQ(talk.core.due(), kStart + milliseconds(200));
  talk.pass(1);
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 1);
  talk.message(2);  // on its way all the time
  talk.pass(1000);
  EXPECT_TRUE(talk.asked.empty()) << "one question at a time";
  talk.answer(page({2, 3, 4}, 4));
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1m1", "2m2", "3m3", "4m4"}));
}

/// The page says where the conversation begins.
std::string from(Seq first, std::string page) {
  return page.insert(1, R"("first_seq":)" + std::to_string(first) + ",");
}

TEST(ChatSync, RowsThatAreNotKeptAreNotWaitedFor) {
  Talk talk;
  talk.begin();
  talk.message(1);
  talk.message(9);
  talk.pass(200);
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 1);
  talk.answer(from(7, page({7, 8, 9}, 9)));
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1m1", "7m7", "8m8", "9m9"}));
  EXPECT_TRUE(talk.core.sync().whole());
  talk.message(20);
  talk.pass(200);
  talk.next("sync");
  talk.answer(from(21, page({}, 20)));
  EXPECT_TRUE(talk.core.sync().whole()) << "nothing is left of it";
}

TEST(ChatSync, AnAnswerThatDoesNotCloseTheGapIsNotRepeatedAtOnce) {
  Talk talk;
  talk.begin();
  talk.message(2);
  talk.pass(200);
  talk.next("sync");
  talk.answer(page({}, 0));
  talk.pass(1199);
  EXPECT_TRUE(talk.asked.empty());
  talk.pass(1);
  talk.next("sync");
}

TEST(ChatSync, AnotherEpochBeginsAnew) {
  Talk talk;
  talk.begin();
  talk.message(1);
  talk.message(2, "e2");
  EXPECT_EQ(talk.shown.size(), 1U) << "an event alone proves nothing";
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[],"has_more":false,"epoch":"e2"})");
  EXPECT_EQ(talk.resets, 1);
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[{"conv_id":5,"last_seq":1}],"has_more":false,"epoch":"e2"})");
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 0);
  talk.answer(page({1}, 1, false, "e2"));
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1m1", "1m1"}));
  talk.message(2, "e1");
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[],"has_more":false,"epoch":"e2"})");
  EXPECT_EQ(talk.resets, 1) << "a late event of the store before";
}

TEST(ChatSync, ANumberThatWasShownAlreadyIsAReasonToAsk) {
  Talk talk;
  talk.begin();
  talk.message(1);
  talk.core.send({{"conv_id", 5}}, "mine", "k1", {}, talk.now);
  talk.next("msg.send");
  talk.answer(R"({"ok":true,"msg_id":"5:1","conv_id":5,"seq":1,"ts":9})");
  talk.next("sync.all");
  Talk other;
  other.begin();
  other.core.send({{"conv_id", 5}}, "mine", "k1", {}, other.now);
  other.next("msg.send");
  other.event(R"({"cmd":"msg.new","epoch":"e1",)" + row_text(1, R"(,"client_msg_id":"k1")").substr(1));
  other.answer(R"({"ok":true,"msg_id":"5:1","conv_id":5,"seq":1,"ts":9})");
  EXPECT_TRUE(other.asked.empty()) << "the event was faster than the answer";
}

TEST(ChatSync, AnswersOfBeforeAResetSayNothing) {
  Talk talk;
  talk.begin();
  talk.message(3);
  talk.pass(200);
  talk.next("sync");
  talk.core.lost();
  talk.core.connected(talk.now);
  talk.next("hello");
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e2","recovered":false})");
  EXPECT_EQ(talk.resets, 1);
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 0) << "was under way; the queue repeats it";
  talk.answer(page({1, 2, 3}, 3));
  EXPECT_TRUE(talk.shown.empty());
  talk.next("sync.all");
}

TEST(ChatSync, LeftConversationsAreForgotten) {
  Talk talk;
  talk.begin();
  talk.message(2);
  talk.pass(200);
  talk.next("sync");
  talk.answer(R"({"ok":false,"code":4404,"error":"no such conversation"})");
  EXPECT_TRUE(talk.core.sync().whole());
}

TEST(ChatSync, FindsALastRowOfWhichNobodyTold) {
  Talk talk;
  talk.begin();
  talk.pass(60000);
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[{"conv_id":5,"last_seq":1}],"has_more":false,"epoch":"e1"})");
  talk.next("sync");
}

TEST(ChatSync, HiddenRowsCloseTheirGap) {
  Talk talk;
  talk.begin();
  talk.event(R"({"cmd":"msg.new","epoch":"e1","conv_id":5,"seq":1,"hidden":true})");
  talk.message(2);
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1", "2m2"}));
}

}  // namespace
}  // namespace im::chat_client
