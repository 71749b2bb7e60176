#include "tools/imctl/bench/chat_ledger.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
TimePoint at(int ms) { return kStart + std::chrono::milliseconds(ms); }

chat_client::Row row(chat_client::Seq seq, const std::string& text) { return {5, seq, "message", "text", 1, text, 0}; }

/// Two devices in conversation 5; device 0 sends "a" and "b", both are acknowledged. Everybody hears and shows both,
/// unless a test leaves something out. Users 1 and 2.
struct Story {
  Story() {
    for (const ChatLedger::Device device : {0U, 1U}) {
      ledger.member(device, 5, 1 + device);
      ledger.present(device, true, at(0));
    }
    ledger.sent("a", 0, at(1));
    ledger.sent("b", 0, at(2));
    ledger.acked("a", 5, 1, at(5));
    ledger.acked("b", 5, 2, at(6));
    count();
  }
  void hear(chat_client::Seq seq, const std::string& text) { ledger.heard(1, row(seq, text), at(7)); }
  void show(ChatLedger::Device device, chat_client::Seq seq, const std::string& text) {
    ledger.shown(device, row(seq, text), at(8));
  }
  void all() {
    hear(1, "a"), hear(2, "b");
    for (const ChatLedger::Device device : {0U, 1U}) show(device, 1, "a"), show(device, 2, "b");
  }
  void count() { ledger.counted(0, 5, 0, 0), ledger.counted(1, 5, 0, 2); }
  ChatLedger::Counters judge() { return ledger.judge({{5, store}}); }

  ChatLedger ledger;
  std::vector<chat_client::Row> store{row(1, "a"), row(2, "b")};
};

TEST(ChatLedger, AGoodRun) {
  Story story;
  story.all();
  const auto counters = story.judge();
  EXPECT_TRUE(counters.good());
  EXPECT_EQ(counters.sent, 2U);
  EXPECT_EQ(counters.acked, 2U);
  EXPECT_EQ(counters.judged, 2U) << "the sending device is not told by an event";
  EXPECT_EQ(story.ledger.ack_ms(), (std::vector<double>{4, 4}));
  EXPECT_EQ(story.ledger.push_ms(), (std::vector<double>{6, 5}));
}

TEST(ChatLedger, AcknowledgedAndNotStored) {
  Story story;
  story.all();
  story.store.pop_back();
  const auto counters = story.judge();
  EXPECT_EQ(counters.lost, 1U);
  EXPECT_EQ(counters.phantom, 2U) << "both devices show what is not there";
}

TEST(ChatLedger, AcknowledgedWithTheNumberOfAnother) {
  Story story;
  story.all();
  std::swap(story.store[0].body, story.store[1].body);
  EXPECT_EQ(story.judge().lost, 2U);
}

TEST(ChatLedger, StoredAndNotShown) {
  Story story;
  story.hear(1, "a"), story.hear(2, "b");
  story.show(0, 1, "a"), story.show(0, 2, "b");
  story.show(1, 2, "b");
  EXPECT_EQ(story.judge().gap, 1U);
  Story other;
  other.hear(1, "a"), other.hear(2, "b");
  other.show(0, 1, "a"), other.show(0, 2, "b");
  other.show(1, 1, "a");
  EXPECT_EQ(other.judge().lost, 1U);
}

TEST(ChatLedger, ShownTwiceOrBackwards) {
  Story story;
  story.all();
  story.show(1, 2, "b");
  EXPECT_EQ(story.judge().dup, 1U);
  Story other;
  other.hear(1, "a"), other.hear(2, "b");
  other.show(0, 1, "a"), other.show(0, 2, "b");
  other.show(1, 2, "b"), other.show(1, 1, "a");
  EXPECT_EQ(other.judge().reorder, 1U);
}

TEST(ChatLedger, OneMessageInTwoRows) {
  Story story;
  story.all();
  story.store.push_back(row(3, "b"));
  for (const ChatLedger::Device device : {0U, 1U}) story.show(device, 3, "b");
  EXPECT_EQ(story.judge().dup, 1U);
}

TEST(ChatLedger, WhatNobodySentAndWhatWasRefused) {
  Story story;
  story.all();
  story.ledger.sent("c", 0, at(9));
  story.ledger.refused("c");
  story.store.push_back(row(3, "c"));
  story.store.push_back(row(4, "x"));
  for (const ChatLedger::Device device : {0U, 1U}) story.show(device, 3, "c"), story.show(device, 4, "x");
  EXPECT_EQ(story.judge().phantom, 2U);
}

TEST(ChatLedger, HolesInTheStore) {
  Story story;
  story.all();
  story.ledger.sent("c", 0, at(9));
  story.store.push_back(row(4, "c"));
  for (const ChatLedger::Device device : {0U, 1U}) story.show(device, 4, "c");
  EXPECT_EQ(story.judge().gap, 1U);
}

TEST(ChatLedger, WhoWasThereMustHear) {
  Story story;
  story.hear(1, "a");
  for (const ChatLedger::Device device : {0U, 1U}) story.show(device, 1, "a"), story.show(device, 2, "b");
  EXPECT_EQ(story.judge().unpushed, 1U);
  EXPECT_EQ(story.ledger.unheard(), 1U);
  story.ledger.present(1, false, at(20));
  story.ledger.present(1, true, at(30));
  EXPECT_EQ(story.ledger.unheard(), 0U) << "it was away, and found it by sync";
}

TEST(ChatLedger, WhoLeftSoonerThanPushesTakeHereMayHaveMissedOne) {
  Story story;
  story.ledger.present(1, false, at(30000));
  EXPECT_EQ(story.ledger.unheard(), 2U) << "pushes are quick: it was there long enough";
  story.ledger.member(2, 5, 3);
  story.ledger.present(2, true, at(0));
  story.ledger.heard(2, row(1, "a"), at(20000));
  story.ledger.heard(2, row(2, "b"), at(20000));
  EXPECT_EQ(story.ledger.unheard(), 0U) << "others heard of it after 20 s";
  story.ledger.present(1, true, at(31000));
  EXPECT_EQ(story.ledger.unheard(), 0U);
}

TEST(ChatLedger, WhatComesWhileTheEndIsReadIsNotJudged) {
  Story story;
  story.all();
  story.ledger.sent("c", 1, at(9));
  story.ledger.close();
  story.ledger.acked("c", 5, 3, at(10));
  story.show(0, 3, "c");
  story.ledger.present(0, false, at(11));
  const auto counters = story.judge();
  EXPECT_TRUE(counters.good()) << "the store was read before it";
  EXPECT_EQ(story.ledger.open(), 1U) << "and this says so";
}

TEST(ChatLedger, NewsAreWhatWasNotThereBefore) {
  Story story;
  const auto acked = story.ledger.news();
  story.all();
  const auto all = story.ledger.news();
  EXPECT_EQ(all - acked, 6U) << "heard of two, showed two twice";
  story.hear(1, "a");
  EXPECT_EQ(story.ledger.news(), all) << "a copy";
  story.ledger.sent("c", 0, at(9));
  EXPECT_EQ(story.ledger.news(), all);
  story.ledger.refused("c");
  EXPECT_EQ(story.ledger.news(), all + 1);
}

TEST(ChatLedger, NoAnswerMayBeOneRowOrNone) {
  Story story;
  story.all();
  story.ledger.sent("c", 0, at(9));
  EXPECT_EQ(story.ledger.open(), 1U);
  EXPECT_TRUE(story.judge().good());
  story.store.push_back(row(3, "c"));
  for (const ChatLedger::Device device : {0U, 1U}) story.show(device, 3, "c");
  story.ledger.counted(1, 5, 0, 3);
  EXPECT_TRUE(story.judge().good());
}

TEST(ChatLedger, UnreadAreThoseOfOthersBehindTheMark) {
  Story story;
  story.all();
  story.ledger.counted(0, 5, 0, 2);
  EXPECT_EQ(story.judge().miscount, 1U) << "the user's own messages";
  Story other;
  other.all();
  other.ledger.reading(1, 5, 1), other.ledger.read(1, 5, 1);
  EXPECT_EQ(other.judge().miscount, 1U) << "an acknowledged mark is kept";
  other.ledger.counted(1, 5, 1, 1);
  EXPECT_EQ(other.judge().miscount, 0U);
  EXPECT_EQ(other.judge().counts, 2U);
  other.ledger.counted(1, 5, 2, 0);
  EXPECT_EQ(other.judge().miscount, 1U) << "nobody has read that far";
}

TEST(ChatLedger, AMarkWithoutAnAnswerIsKeptOrNot) {
  Story story;
  story.all();
  story.ledger.reading(1, 5, 2);
  EXPECT_EQ(story.judge().miscount, 0U);
  story.ledger.counted(1, 5, 2, 0);
  EXPECT_EQ(story.judge().miscount, 0U);
}

TEST(ChatLedger, CountsAreEqualOnAllDevicesOfAUser) {
  Story story;
  story.ledger.member(2, 5, 2);
  story.all();
  story.show(2, 1, "a"), story.show(2, 2, "b");
  EXPECT_EQ(story.judge().miscount, 1U) << "its list has no such conversation";
  story.ledger.reading(1, 5, 2);
  story.ledger.counted(2, 5, 2, 0);
  EXPECT_EQ(story.judge().miscount, 1U) << "0 unread here, 2 there";
  story.ledger.counted(1, 5, 2, 0);
  EXPECT_EQ(story.judge().miscount, 0U);
}

/// Conversation 5 becomes a group of four whose first row is the system's.
struct Group {
  Group() {
    for (const ChatLedger::Device device : {0U, 1U, 2U, 3U}) {
      ledger.member(device, 5, 1 + device);
      ledger.present(device, true, at(0));
      ledger.counted(device, 5, 0, device == 0 ? 1 : 2);
    }
    store[0].type = "system";
    ledger.sent("a", 1, at(1));
    ledger.acked("a", 5, 2, at(5));
    store[1].sender = 2;
    ledger.counted(1, 5, 0, 1);
  }
  void tell(ChatLedger::Device device) {
    for (const auto& one : store) ledger.heard(device, one, at(7)), ledger.shown(device, one, at(8));
  }
  ChatLedger::Counters judge() { return ledger.judge({{5, store}}); }

  ChatLedger ledger;
  std::vector<chat_client::Row> store{row(1, R"({"event":"create"})"), row(2, "a")};
};

TEST(ChatLedger, AGroupIsAllOfItsMembers) {
  Group group;
  for (const ChatLedger::Device device : {0U, 1U, 2U, 3U}) group.tell(device);
  EXPECT_TRUE(group.judge().good());
  EXPECT_EQ(group.judge().judged, 3U);
  EXPECT_EQ(group.judge().counts, 4U);
}

TEST(ChatLedger, OneMemberOfAGroupIsLeftOut) {
  Group group;
  for (const ChatLedger::Device device : {0U, 1U, 2U}) group.tell(device);
  EXPECT_EQ(group.judge().unpushed, 1U);
  EXPECT_EQ(group.judge().lost, 2U);
}

}  // namespace
}  // namespace im::imctl
