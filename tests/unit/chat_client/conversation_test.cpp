#include "common/chat_client/conversation.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace im::chat_client {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};

Row row_at(Seq seq) { return {1, seq, "message", "text", 7, "body", 0}; }

std::vector<Seq> taken(Conversation& conversation, Seq seq) {
  std::vector<Seq> out;
  for (const Row& row : conversation.take(row_at(seq), kNow)) out.push_back(row.seq);
  return out;
}

TEST(Conversation, ShowsEachRowOnceAndInOrder) {
  Conversation conversation;
  EXPECT_EQ(taken(conversation, 1), (std::vector<Seq>{1}));
  EXPECT_EQ(taken(conversation, 1), std::vector<Seq>{}) << "a second copy";
  EXPECT_EQ(taken(conversation, 3), std::vector<Seq>{}) << "2 is missing";
  EXPECT_TRUE(conversation.gap());
  EXPECT_EQ(taken(conversation, 3), std::vector<Seq>{});
  EXPECT_EQ(taken(conversation, 2), (std::vector<Seq>{2, 3}));
  EXPECT_FALSE(conversation.gap());
}

TEST(Conversation, AnyOrderAndAnyCopiesGiveTheSame) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<Seq> arrivals;
    for (Seq seq = 1; seq <= 40; ++seq) arrivals.insert(arrivals.end(), 1 + random() % 3, seq);
    std::shuffle(arrivals.begin(), arrivals.end(), random);
    Conversation conversation;
    std::vector<Seq> shown;
    for (const Seq seq : arrivals) {
      for (const Seq next : taken(conversation, seq)) shown.push_back(next);
    }
    ASSERT_EQ(shown.size(), 40U);
    for (Seq seq = 1; seq <= 40; ++seq) ASSERT_EQ(shown[static_cast<std::size_t>(seq - 1)], seq);
  }
}

TEST(Conversation, ARowThatIsKnownOfAndNotThereIsAGap) {
  Conversation conversation;
  conversation.note(2, kNow);
  EXPECT_TRUE(conversation.gap());
  EXPECT_EQ(conversation.gap_since(), kNow);
  conversation.note(5, kNow + std::chrono::seconds(1));
  EXPECT_EQ(conversation.gap_since(), kNow) << "the first one counts";
}

TEST(Conversation, BeginsBehindWhatWasRead) {
  Conversation conversation;
  EXPECT_TRUE(conversation.take(row_at(8), kNow).empty());
  conversation.begin_after(7);
  EXPECT_EQ(conversation.mark(), 7);
  EXPECT_EQ(taken(conversation, 8), (std::vector<Seq>{8}));
  conversation.begin_after(3);
  EXPECT_EQ(conversation.mark(), 8) << "only forward";
}

TEST(Conversation, RowsThatWaitAreBounded) {
  Conversation conversation;
  for (Seq seq = 2; seq <= 3000; ++seq) EXPECT_TRUE(taken(conversation, seq).empty());
  EXPECT_EQ(taken(conversation, 1).size(), 1001U);
  EXPECT_TRUE(conversation.gap()) << "the rest is asked for";
}

}  // namespace
}  // namespace im::chat_client
