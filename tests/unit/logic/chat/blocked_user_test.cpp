#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

using test::TestChat;

TEST(BlockedUser, DoesNothingToMessagesThatIsSeen) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  chat.say(1, conv, "mine").value();
  chat.say(2, conv, "theirs").value();
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), true).ok());
  ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, 1, "changed").ok());
  ASSERT_TRUE(chat.reactions.react(chat.actor(1), conv, 2, "\U0001F44D", true).ok());
  ASSERT_TRUE(chat.reactions.pin(chat.actor(1), conv, 2, true).ok());
  ASSERT_TRUE(chat.messages.recall(chat.actor(1), conv, 1).ok());
  ASSERT_TRUE(chat.reactions.react(chat.actor(2), conv, 2, "\U0001F44D", true).ok());
  const auto hidden = [&](Seq seq) {
    return chat.number("SELECT hidden_from FROM messages WHERE conv_id = ? AND seq = ?", {conv, seq});
  };
  for (const Seq seq : {3, 4, 5}) EXPECT_EQ(hidden(seq), 2) << seq;
  EXPECT_EQ(hidden(6), 0) << "a recall takes a text away from them";
  EXPECT_EQ(hidden(7), 0) << "who blocks is heard";
}

TEST(BlockedUser, EditsAreNotSeenByWhoHasBlockedThem) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2), other = chat.p2p(2, 3);
  chat.say(1, conv, "fine words").value();
  ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, 1, "kind words").ok());
  const auto texts = [&](int uid) {
    std::vector<std::string> all;
    const auto page = chat.history.sync(chat.actor(uid), conv, 0, 10).value();
    for (const auto& row : page.rows) all.push_back(row.body);
    return all;
  };
  const auto newest_first = [&](int uid) { return chat.history.history(chat.actor(uid), conv, 3, 1).value().rows; };
  const auto found = [&](int uid, const char* text) {
    return chat.history.search(chat.actor(uid), {.text = text}).value().size();
  };
  using Texts = std::vector<std::string>;
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), true).ok());
  for (const char* text : {"insult", "worse insult"})
    ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, 1, text).ok());
  EXPECT_EQ(texts(1), (Texts{"worse insult", "worse insult", "worse insult", "worse insult"}));
  EXPECT_EQ(texts(2), (Texts{"kind words", "kind words", "", ""}))
      << "the message, the edit they know, two hidden ones";
  EXPECT_EQ(newest_first(2).front().body, "kind words");
  EXPECT_EQ(found(1, "insult"), 1U);
  EXPECT_EQ(found(2, "insult"), 0U);
  ASSERT_TRUE(chat.messages.forward(chat.actor(2), conv, 1, other, "f").ok());
  EXPECT_EQ(chat.history.sync(chat.actor(3), other, 0, 1).value().rows.front().body, "kind words");
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), false).ok());
  EXPECT_EQ(texts(2).front(), "kind words") << "as what was hidden stays hidden";
  ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, 1, "sorry").ok());
  EXPECT_EQ(texts(2).front(), "sorry");
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM kept_texts"), 0);
}

TEST(BlockedUser, ARecallTakesAwayWhatIsKeptForOneReaderToo) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  chat.say(1, conv, "mine").value();
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), true).ok());
  ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, 1, "changed").ok());
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM kept_texts"), 1);
  ASSERT_TRUE(chat.messages.recall(chat.actor(1), conv, 1).ok());
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM kept_texts"), 0);
  EXPECT_TRUE(chat.history.sync(chat.actor(2), conv, 0, 1).value().rows.front().body.empty());
}

}  // namespace
}  // namespace im::logic::chat
