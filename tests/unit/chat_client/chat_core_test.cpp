#include "common/chat_client/chat_core.hpp"

#include "tests/unit/chat_client/talk.hpp"

namespace im::chat_client {
namespace {

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

}  // namespace
}  // namespace im::chat_client
