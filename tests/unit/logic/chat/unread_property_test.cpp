#include <random>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

/// What a conversation of two is, said plainly: every row, and where each has read.
struct Model {
  struct Row {
    int sender;
    RowKind kind;
    int hidden_from;
  };
  std::vector<Row> rows;
  std::map<int, Seq> read;

  std::int64_t unread(int uid) const {
    std::int64_t sum = 0;
    for (std::size_t i = static_cast<std::size_t>(read.contains(uid) ? read.at(uid) : 0); i < rows.size(); ++i)
      sum += rows[i].kind == RowKind::kMessage && rows[i].sender != uid && rows[i].hidden_from != uid;
    return sum;
  }
};

class UnreadProperty : public testing::TestWithParam<unsigned> {
 protected:
  void step();
  void check();
  int hidden_at(Seq seq) const { return model_.rows[static_cast<std::size_t>(seq) - 1].hidden_from; }

  test::TestChat chat_;
  ConvId conv_ = chat_.p2p(1, 2);
  Model model_;
  std::map<int, bool> blocks_;
  std::mt19937 random_{GetParam()};
};

void UnreadProperty::step() {
  const int uid = 1 + static_cast<int>(random_() % 2), peer = 3 - uid;
  const auto any_seq = static_cast<Seq>(random_() % (model_.rows.size() + 1));
  const auto actor = chat_.actor(uid);
  const int hidden = blocks_[peer] ? peer : 0;
  switch (random_() % 8) {
    case 0: {
      const auto mark = chat_.conversations.read(actor, conv_, any_seq);
      ASSERT_TRUE(mark.ok()) << mark.error().message;
      model_.read[uid] = std::max(model_.read[uid], any_seq);
      EXPECT_EQ(mark.value().read_seq, model_.read[uid]);
      EXPECT_EQ(mark.value().unread, model_.unread(uid));
      return;
    }
    case 1:
      if (chat_.messages.edit(actor, conv_, any_seq, "edited"))
        model_.rows.push_back({uid, RowKind::kEdit, hidden > 0 ? hidden : hidden_at(any_seq)});
      return;
    case 2:
      if (chat_.messages.recall(actor, conv_, any_seq))
        model_.rows.push_back({uid, RowKind::kRecall, hidden_at(any_seq)});
      return;
    case 3:
      blocks_[uid] = !blocks_[uid];
      ASSERT_TRUE(chat_.database.open()
                      ->execute(blocks_[uid] ? "INSERT INTO blocks (uid, peer, created_ms) VALUES (?, ?, 0)"
                                             : "DELETE FROM blocks WHERE uid = ? AND peer = ?",
                                {uid, peer})
                      .ok());
      return;
    default: {
      const auto sent = chat_.say(uid, conv_, "x");
      ASSERT_TRUE(sent.ok()) << sent.error().message;
      model_.rows.push_back({uid, RowKind::kMessage, hidden});
      EXPECT_EQ(sent.value().seq, static_cast<Seq>(model_.rows.size()));
    }
  }
}

void UnreadProperty::check() {
  const auto rows = chat_.history.sync(chat_.actor(1), conv_, 0, 200).value().rows;
  ASSERT_EQ(rows.size(), model_.rows.size());
  std::int64_t ts = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].seq, static_cast<Seq>(i + 1));
    EXPECT_EQ(rows[i].hidden_from == Uid(1), model_.rows[i].hidden_from == 1);
    if (rows[i].hidden_from == Uid(1)) continue;
    EXPECT_EQ(rows[i].kind, model_.rows[i].kind);
    EXPECT_GE(rows[i].ts, ts);
    ts = rows[i].ts;
  }
  for (const int uid : {1, 2}) EXPECT_EQ(chat_.unread(uid, conv_), model_.unread(uid)) << "uid " << uid;
}

TEST_P(UnreadProperty, AgreesWithTheModel) {
  for (int i = 0; i < 120 && !HasFatalFailure(); ++i) {
    step();
    if (i % 20 == 19) check();
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, UnreadProperty, testing::Values(1U, 2U, 3U, 4U));

TEST(ReadMarks, OnlyForwardsAndNotBeyond) {
  test::TestChat chat;
  const auto conv = chat.p2p(1, 2);
  for (int i = 0; i < 5; ++i) chat.say(1, conv, "x").value();
  EXPECT_EQ(chat.conversations.read(chat.actor(2), conv, 3).value().unread, 2);
  const auto back = chat.conversations.read(chat.actor(2), conv, 1).value();
  EXPECT_FALSE(back.moved);
  EXPECT_EQ(back.read_seq, 3);
  EXPECT_EQ(chat.conversations.read(chat.actor(2), conv, 6).error().code, Error::Code::kInvalid);
  EXPECT_EQ(chat.conversations.read(chat.actor(2), conv, -1).error().code, Error::Code::kInvalid);
  EXPECT_EQ(chat.conversations.read(chat.actor(3), conv, 1).error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.conversations.readers(chat.actor(1), conv, 3).value().size(), 1U);
  EXPECT_TRUE(chat.conversations.readers(chat.actor(1), conv, 4).value().empty());
  const auto first = chat.conversations.delivered(chat.actor(2), conv, 4).value();
  EXPECT_TRUE(first.moved && first.first);
  EXPECT_EQ(first.peer, Uid(1));
  const auto other_device = chat.conversations.delivered({Uid(2), "tablet", ""}, conv, 3).value();
  EXPECT_TRUE(other_device.moved);
  EXPECT_FALSE(other_device.first) << "the phone was there before";
  EXPECT_FALSE(chat.conversations.delivered(chat.actor(2), conv, 2).value().moved);
  EXPECT_EQ(chat.conversations.delivered(chat.actor(2), conv, 9).error().code, Error::Code::kInvalid);
}

}  // namespace
}  // namespace im::logic::chat
