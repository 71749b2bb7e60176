#include "tools/imctl/bench/chat_ledger.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
TimePoint at(int ms) { return kStart + std::chrono::milliseconds(ms); }

chat_client::Row row(chat_client::Seq seq, const std::string& text) { return {5, seq, "message", "text", 1, text, 0}; }

/// Two devices in conversation 5; device 0 sends "a" and "b", both are acknowledged. Everybody hears and shows both,
/// unless a test leaves something out.
struct Story {
  Story() {
    for (const ChatLedger::Device device : {0U, 1U}) {
      ledger.member(device, 5);
      ledger.present(device, true, at(0));
    }
    ledger.sent("a", 0, at(1));
    ledger.sent("b", 0, at(2));
    ledger.acked("a", 5, 1, at(5));
    ledger.acked("b", 5, 2, at(6));
  }
  void hear(chat_client::Seq seq, const std::string& text) { ledger.heard(1, row(seq, text), at(7)); }
  void show(ChatLedger::Device device, chat_client::Seq seq, const std::string& text) {
    ledger.shown(device, row(seq, text), at(8));
  }
  void all() {
    hear(1, "a"), hear(2, "b");
    for (const ChatLedger::Device device : {0U, 1U}) show(device, 1, "a"), show(device, 2, "b");
  }
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

TEST(ChatLedger, NoAnswerMayBeOneRowOrNone) {
  Story story;
  story.all();
  story.ledger.sent("c", 0, at(9));
  EXPECT_EQ(story.ledger.open(), 1U);
  EXPECT_TRUE(story.judge().good());
  story.store.push_back(row(3, "c"));
  for (const ChatLedger::Device device : {0U, 1U}) story.show(device, 3, "c");
  EXPECT_TRUE(story.judge().good());
}

}  // namespace
}  // namespace im::imctl
