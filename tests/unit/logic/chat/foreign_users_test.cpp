#include "logic/chat/foreign_users.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

TEST(ForeignUsersTest, WhoWasMetCanWriteAndBeWrittenTo) {
  test::TestChat chat;
  ForeignUsers users(*chat.store);
  EXPECT_FALSE(chat.conversations.open_p2p(chat.actor(1), Uid(7001)).ok());
  ASSERT_TRUE(users.meet(Uid(7001)).ok());
  users.meet_later(Uid(7002));
  ASSERT_TRUE(users.meet(Uid(7002)).ok());  // after it, in the same lane
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM users WHERE kind = 2"), 2);
  const auto conv = chat.conversations.open_p2p(chat.actor(7001), Uid(7002));
  ASSERT_TRUE(conv.ok()) << conv.error().message;
  EXPECT_TRUE(chat.say(7001, conv.value(), "hello").ok());
}

TEST(ForeignUsersTest, WhoIsThereStaysAsTheyAre) {
  test::TestChat chat;
  chat.database.open()->execute("UPDATE users SET name = 'Ann', state = 1 WHERE uid = 1").value();
  ForeignUsers users(*chat.store);
  ASSERT_TRUE(users.meet(Uid(1)).ok());
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM users WHERE uid = 1 AND name = 'Ann' AND state = 1 AND kind = 0"), 1);
  EXPECT_TRUE(users.meet(Uid(0)).ok());
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM users WHERE uid <= 0"), 0);
  EXPECT_EQ(users.failed(), 0U);
}

TEST(ForeignUsersTest, NobodyTakesTheNumbersOfThoseWhoComeLater) {
  test::TestChat chat;
  ForeignUsers users(*chat.store);
  for (const std::int64_t uid : {std::numeric_limits<std::int64_t>::max(), ForeignUsers::kLargest + 1}) {
    EXPECT_TRUE(users.meet(Uid(uid)).ok());
    users.meet_later(Uid(uid));
  }
  ASSERT_TRUE(users.meet(Uid(ForeignUsers::kLargest)).ok());
  const auto guest =
      chat.database.open()->execute("INSERT INTO users (kind, name, avatar, created_ms) VALUES (1, 'g', '', 0)");
  ASSERT_TRUE(guest.ok()) << guest.error().message;
  EXPECT_EQ(chat.number("SELECT MAX(uid) FROM users"), ForeignUsers::kLargest + 1);
}

}  // namespace
}  // namespace im::logic::chat
