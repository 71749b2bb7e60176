#include "logic/chat/retention.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;

class RetentionTest : public testing::Test {
 protected:
  void SetUp() override {
    conv_ = chat_.p2p(1, 2);
    for (int i = 1; i <= 10; ++i) chat_.say(i % 2 == 0 ? 2 : 1, conv_, "line number " + std::to_string(i)).value();
    all_are_out();
  }
  void all_are_out() { ASSERT_TRUE(chat_.database.open()->execute("DELETE FROM outbox").ok()); }
  /// The conversation was made, and its rows up to `seq` were written, three days ago.
  void age(Seq seq) {
    auto db = chat_.database.open();
    ASSERT_TRUE(
        db->execute("UPDATE messages SET ts = ts - ? WHERE conv_id = ? AND seq <= ?", {3 * kDay, conv_, seq}).ok());
    ASSERT_TRUE(db->execute("UPDATE conversations SET created_ms = created_ms - ?", {4 * kDay}).ok());
  }
  std::int64_t round(const Keeping& keeping = {.p2p = 2}) { return Retention(*chat_.store, keeping).round().value(); }
  std::vector<Seq> seqs(Seq after) {
    std::vector<Seq> out;
    const auto page = chat_.history.sync(chat_.actor(2), conv_, after, 100);
    for (const auto& row : page.value().rows) out.push_back(row.seq);
    return out;
  }

  test::TestChat chat_;
  ConvId conv_;
};

TEST_F(RetentionTest, RowsThatAreOldGoAndTheOthersKeepTheirNumbers) {
  age(6);
  EXPECT_EQ(round(), 6);
  EXPECT_EQ(seqs(0), (std::vector<Seq>{7, 8, 9, 10}));
  EXPECT_EQ(seqs(3), (std::vector<Seq>{7, 8, 9, 10})) << "a client that was away since before";
  const auto page = chat_.history.sync(chat_.actor(2), conv_, 3, 100).value();
  EXPECT_EQ(page.first_seq, 7);
  EXPECT_EQ(page.last_seq, 10);
  const auto back = chat_.history.history(chat_.actor(2), conv_, 9, 100).value();
  EXPECT_EQ(back.rows.size(), 2U);
  EXPECT_FALSE(back.has_more);
  EXPECT_EQ(round(), 0);
}

TEST_F(RetentionTest, OnlyTheKindsThatAreNamed) {
  age(6);
  EXPECT_EQ(round({.group = 1, .room = 1}), 0);
  EXPECT_EQ(round({}), 0);
  EXPECT_EQ(round({.p2p = 4}), 0) << "not old enough";
}

TEST_F(RetentionTest, NothingUnreadIsLeftOfWhatIsGone) {
  chat_.conversations.read(chat_.actor(1), conv_, 3).value();
  EXPECT_EQ(chat_.unread(1, conv_), 4);
  EXPECT_EQ(chat_.unread(2, conv_), 5);
  age(6);
  round();
  EXPECT_EQ(chat_.unread(1, conv_), 2) << "8 and 10 of the other one";
  EXPECT_EQ(chat_.unread(2, conv_), 2) << "7 and 9";
  chat_.say(1, conv_, "one more").value();
  EXPECT_EQ(chat_.unread(2, conv_), 3);
  EXPECT_EQ(chat_.conversations.read(chat_.actor(2), conv_, 9).value().unread, 1);
}

TEST_F(RetentionTest, WhatIsNotOutYetStays) {
  age(6);
  ASSERT_TRUE(chat_.database.open()
                  ->execute("INSERT INTO outbox (conv_id, seq, shard, added_ms) VALUES (?, 4, 0, 0)", {conv_})
                  .ok());
  EXPECT_EQ(round(), 3);
  EXPECT_EQ(seqs(0).front(), 4);
}

TEST_F(RetentionTest, EverythingMayGoAndTheNumbersGoOn) {
  age(10);
  EXPECT_EQ(round(), 10);
  EXPECT_TRUE(seqs(0).empty());
  EXPECT_EQ(chat_.history.sync(chat_.actor(2), conv_, 2, 10).value().first_seq, 11);
  EXPECT_EQ(chat_.history.sync_all(chat_.actor(2), {}, 0).value().conversations.size(), 1U);
  EXPECT_EQ(chat_.say(1, conv_, "again").value().seq, 11);
  EXPECT_EQ(seqs(2), (std::vector<Seq>{11}));
}

TEST_F(RetentionTest, NothingFindsOrNamesWhatIsGone) {
  chat_.reactions.react(chat_.actor(1), conv_, 2, "👍", true).value();
  all_are_out();
  age(10);
  ASSERT_EQ(chat_.history.search(chat_.actor(1), {.text = "number"}).value().size(), 10U);
  EXPECT_EQ(round(), 10);
  EXPECT_TRUE(chat_.history.search(chat_.actor(1), {.text = "number"}).value().empty());
  for (const char* table : {"sent", "reactions"})
    EXPECT_EQ(chat_.number(std::string("SELECT COUNT(*) FROM ") + table), 0) << table;
  EXPECT_EQ(chat_.messages.recall(chat_.actor(1), conv_, 3).error().code, Error::Code::kNotFound);
}

// More than one transaction takes, and somebody writes meanwhile.
TEST_F(RetentionTest, ALongConversationGoesInPieces) {
  for (int i = 0; i < 450; ++i) chat_.say(1, conv_, "x").value();
  all_are_out();
  age(440);
  EXPECT_EQ(round(), 440);
  EXPECT_EQ(seqs(0).front(), 441);
  EXPECT_EQ(seqs(0).size(), 20U);
}

}  // namespace
}  // namespace im::logic::chat
