#include "common/chat_client/chat_core.hpp"

#include <deque>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace im::chat_client {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
constexpr TimePoint kStart{std::chrono::hours(1)};

json::object object(const std::string& text) { return json::parse(text).as_object(); }

std::string row_text(Seq seq, const std::string& more = "") {
  return R"({"msg_id":"5:)" + std::to_string(seq) + R"(","conv_id":5,"seq":)" + std::to_string(seq) +
         R"(,"prev_seq":)" + std::to_string(seq - 1) + R"(,"kind":"message","type":"text","sender":2,"body":"m)" +
         std::to_string(seq) + R"(","ts":9)" + more + "}";
}

std::string page(const std::vector<Seq>& seqs, Seq last, bool more = false, const std::string& epoch = "e1") {
  std::string rows;
  for (const Seq seq : seqs) rows += (rows.empty() ? "" : ",") + row_text(seq);
  return R"({"ok":true,"messages":[)" + rows + R"(],"has_more":)" + (more ? "true" : "false") + R"(,"last_seq":)" +
         std::to_string(last) + R"(,"epoch":")" + epoch + R"("})";
}

/// A core and the other end of its connection.
struct Talk {
  explicit Talk(bool from_read = false) : core(config(from_read), ports()) {}

  static ChatCore::Config config(bool from_read) {
    ChatCore::Config config{"phone", "cli", {}, {}};
    config.sync.from_read = from_read;
    return config;
  }
  ChatCore::Ports ports() {
    ChatCore::Ports out;
    out.write = [this](std::int32_t number, std::string_view body) {
      asked.push_back({number, object(std::string(body))});
    };
    out.row = [this](const Row& row) { shown.push_back(std::to_string(row.seq) + row.body); };
    out.reset = [this] { ++resets; };
    out.event = [this](const json::object& event) { events.push_back(text_of(event, "cmd")); };
    out.drop = [this](const std::string& why) { dropped = why; };
    return out;
  }

  /// The oldest request that was not looked at yet.
  json::object next(const std::string& cmd) {
    EXPECT_FALSE(asked.empty()) << "no " << cmd;
    if (asked.empty()) return {};
    seq = asked.front().first;
    const json::object body = asked.front().second;
    asked.pop_front();
    EXPECT_EQ(text_of(body, "cmd"), cmd);
    return body;
  }
  void answer(const std::string& text) { core.packet(101, seq, text, now); }
  void event(const std::string& members) { core.packet(102, 0, members, now); }
  void message(Seq number, const std::string& epoch = "e1") {
    event(R"({"cmd":"msg.new","epoch":")" + epoch + "\"," + row_text(number).substr(1));
  }
  void pass(int ms) {
    now += milliseconds(ms);
    core.tick(now);
  }
  /// Logged in, with nothing in the store.
  void begin() {
    core.connected(now);
    next("hello");
    answer(R"({"ok":true,"uid":1,"epoch":"e1"})");
    next("sync.all");
    answer(R"({"ok":true,"conversations":[],"has_more":false,"epoch":"e1"})");
  }

  TimePoint now = kStart;
  std::int32_t seq = 0;
  std::deque<std::pair<std::int32_t, json::object>> asked;
  std::vector<std::string> shown, events;
  std::string dropped;
  int resets = 0;
  ChatCore core;
};

TEST(ChatCore, FirstLoginSyncsEverything) {
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

TEST(ChatCore, BeginsBehindTheReadMarkWhenToldTo) {
  Talk talk(true);
  talk.core.connected(talk.now);
  talk.next("hello");
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e1"})");
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[{"conv_id":5,"last_seq":3,"read_seq":2}],"has_more":false,"epoch":"e1"})");
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 2);
}

TEST(ChatCore, DuplicatesAndDisorderAreNotShown) {
  Talk talk;
  talk.begin();
  for (const Seq number : {1, 1, 2, 4, 3, 3, 4, 2}) talk.message(number);
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1m1", "2m2", "3m3", "4m4"}));
  talk.pass(1000);
  EXPECT_TRUE(talk.asked.empty()) << "the gap closed by itself";
}

TEST(ChatCore, AGapIsAskedForAfterAWhile) {
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

TEST(ChatCore, AnAnswerThatDoesNotCloseTheGapIsNotRepeatedAtOnce) {
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

TEST(ChatCore, ComesBackWithItsMarks) {
  Talk talk;
  talk.begin();
  talk.message(1);
  talk.core.lost();
  talk.core.connected(talk.now);
  EXPECT_EQ(json::serialize(talk.next("hello").at("resume")), R"({"epoch":"e1","marks":{"5":1}})");
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e1","recovered":false,"sync":[5]})");
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 1);
  talk.answer(page({2}, 2));
  talk.core.lost();
  talk.core.connected(talk.now);
  talk.next("hello");
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e1","recovered":true,"sync":[]})");
  EXPECT_TRUE(talk.asked.empty());
  EXPECT_EQ(talk.resets, 0);
}

TEST(ChatCore, ASendIsRepeatedOverAReconnectAndShownOnce) {
  Talk talk;
  talk.begin();
  bool answered = false;
  talk.core.send({{"conv_id", 5}}, "mine", "k1", [&](const json::object&) { answered = true; }, talk.now);
  const json::object first = talk.next("msg.send");
  talk.core.lost();
  talk.core.connected(talk.now);
  talk.next("hello");
  talk.answer(R"({"ok":true,"uid":1,"epoch":"e1","recovered":true})");
  EXPECT_EQ(talk.next("msg.send"), first);
  EXPECT_EQ(text_of(first, "client_msg_id"), "k1");
  talk.answer(R"({"ok":true,"msg_id":"5:1","conv_id":5,"seq":1,"ts":9})");
  EXPECT_TRUE(answered);
  talk.message(1);  // the carbon
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1mine"}));
}

TEST(ChatCore, WhatWasDoneToAMessageIsARowToo) {
  Talk talk;
  talk.begin();
  talk.message(1);
  talk.core.request({{{"cmd", "msg.recall"}, {"msg_id", "5:1"}}}, talk.now);
  talk.next("msg.recall");
  talk.answer(R"({"ok":true,"msg_id":"5:2","conv_id":5,"seq":2,"ts":9})");
  talk.pass(200);
  EXPECT_EQ(number_of(talk.next("sync"), "after_seq"), 1);
}

TEST(ChatCore, AnotherEpochBeginsAnew) {
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

TEST(ChatCore, ANumberThatWasShownAlreadyIsAReasonToAsk) {
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

TEST(ChatCore, AnswersOfBeforeAResetSayNothing) {
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

TEST(ChatCore, LeftConversationsAreForgotten) {
  Talk talk;
  talk.begin();
  talk.message(2);
  talk.pass(200);
  talk.next("sync");
  talk.answer(R"({"ok":false,"code":4404,"error":"no such conversation"})");
  EXPECT_TRUE(talk.core.sync().whole());
}

TEST(ChatCore, FindsALastRowOfWhichNobodyTold) {
  Talk talk;
  talk.begin();
  talk.pass(60000);
  talk.next("sync.all");
  talk.answer(R"({"ok":true,"conversations":[{"conv_id":5,"last_seq":1}],"has_more":false,"epoch":"e1"})");
  talk.next("sync");
}

TEST(ChatCore, SilenceEndsTheConnection) {
  Talk talk;
  talk.core.connected(talk.now);
  talk.pass(10000);
  EXPECT_EQ(talk.dropped, "hello was not answered");
  Talk other;
  other.begin();
  other.core.request({{{"cmd", "conv.list"}}}, other.now);
  other.pass(10000);
  EXPECT_EQ(other.dropped, "a request was not answered");
}

TEST(ChatCore, StrangeBytesDoNoHarm) {
  Talk talk;
  talk.begin();
  for (const char* text : {"", "x", "[]", "7", R"({"cmd":"msg.new"})", R"({"cmd":"msg.new","conv_id":"5","seq":1})",
                           R"({"cmd":"msg.new","epoch":"e1","conv_id":5,"seq":-1,"kind":"message","sender":1})"})
    talk.event(text);
  talk.core.packet(101, 77, R"({"ok":true})", talk.now);
  EXPECT_TRUE(talk.shown.empty());
  EXPECT_EQ(talk.dropped, "");
  talk.event(R"({"cmd":"typing","conv_id":5,"uid":2})");
  EXPECT_EQ(talk.events, (std::vector<std::string>{"typing"}));
}

TEST(ChatCore, HiddenRowsCloseTheirGap) {
  Talk talk;
  talk.begin();
  talk.event(R"({"cmd":"msg.new","epoch":"e1","conv_id":5,"seq":1,"hidden":true})");
  talk.message(2);
  EXPECT_EQ(talk.shown, (std::vector<std::string>{"1", "2m2"}));
}

}  // namespace
}  // namespace im::chat_client
