#include "logic/chat/user_eraser.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

/// User 1 is the one who goes.
class UserEraserTest : public testing::Test {
 protected:
  void SetUp() override {
    auto db = chat_.database.open();
    for (const char* text :
         {"UPDATE users SET login = 'ann', avatar = 'http://pictures/ann' WHERE uid = 1",
          "INSERT INTO credentials (uid, hash, changed_ms) VALUES (1, 'h', 1)",
          "INSERT INTO devices (uid, device, platform, created_ms, last_seen_ms) VALUES (1, 'd', 'phone', 1, 1)",
          "INSERT INTO refresh_tokens (token_hash, family, uid, device, issued_ms, expires_ms) VALUES ('t', 'd', 1, "
          "'d', 1, 2)"})
      ASSERT_TRUE(db->execute(text).ok()) << text;
    conv_ = chat_.p2p(1, 2);
    chat_.say(1, conv_, "my secret address").value();
    chat_.say(2, conv_, "and the answer of another").value();
    chat_.contacts.add(chat_.actor(1), Uid(2), "this is Ann").value();
    ASSERT_TRUE(chat_.contacts.block(chat_.actor(3), Uid(1), true).ok());
    chat_.conversations.delivered(chat_.actor(1), conv_, 2).value();
  }
  Erased erase(int uid = 1) {
    EXPECT_TRUE(eraser_.close(Uid(uid)).ok());
    const auto erased =
        eraser_.erase(Uid(uid), [this](const GroupChange& change) { left_.push_back(change.place.conv); });
    EXPECT_TRUE(erased.ok()) << erased.error().message;
    return erased.value();
  }
  std::int64_t count(const std::string& from) { return chat_.number("SELECT COUNT(*) FROM " + from); }

  test::TestChat chat_;
  UserEraser eraser_{*chat_.store, chat_.groups};
  std::vector<ConvId> left_;  ///< groups, as they were told
  ConvId conv_;
};

TEST_F(UserEraserTest, WhoTheyWereAndHowTheyLoggedInIsGone) {
  EXPECT_TRUE(erase().done);
  EXPECT_EQ(count("users WHERE uid = 1 AND state = 1 AND login IS NULL AND name = '' AND avatar = ''"), 1);
  for (const char* rest : {"credentials WHERE uid = 1", "devices WHERE uid = 1", "refresh_tokens WHERE uid = 1",
                           "contacts WHERE uid = 1 OR peer = 1", "blocks WHERE uid = 1 OR peer = 1",
                           "delivered WHERE uid = 1", "sent WHERE sender = 1"})
    EXPECT_EQ(count(rest), 0) << rest;
  EXPECT_EQ(count("users WHERE uid = 2 AND name = 'user 2'"), 1);
}

TEST_F(UserEraserTest, WhatTheyWroteIsEmptyAndKeepsItsNumber) {
  EXPECT_EQ(erase().messages, 1);
  const auto rows = chat_.history.sync(chat_.actor(2), conv_, 0, 10).value().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].recalled);
  EXPECT_EQ(rows[0].body + rows[0].address + rows[0].client_id, "");
  EXPECT_EQ(rows[1].body, "and the answer of another");
  EXPECT_TRUE(chat_.history.search(chat_.actor(2), {.text = "secret"}).value().empty());
  EXPECT_EQ(chat_.history.search(chat_.actor(2), {.text = "answer"}).value().size(), 1U);
}

TEST_F(UserEraserTest, TheirGroupsGoOnWithAnotherOwnerOrEnd) {
  const auto shared = chat_.groups.create(chat_.actor(1), {.name = "Team", .members = {Uid(2), Uid(4)}}).value();
  chat_.groups.set_role(chat_.actor(1), shared.place.conv, Uid(4), Role::kAdmin).value();
  const auto alone = chat_.groups.create(chat_.actor(1), {.name = "Notes"}).value();
  const auto foreign = chat_.groups.create(chat_.actor(2), {.name = "Theirs", .members = {Uid(1)}}).value();
  EXPECT_EQ(erase().groups, 3);
  EXPECT_EQ(left_.size(), 3U);
  const auto info = chat_.groups.info(chat_.actor(2), shared.place.conv).value();
  EXPECT_EQ(info.owner, Uid(4)) << "an admin before a member";
  EXPECT_EQ(info.members, 2);
  EXPECT_EQ(chat_.groups.info(chat_.actor(2), foreign.place.conv).value().members, 1);
  EXPECT_EQ(chat_.number("SELECT dissolved FROM group_info WHERE conv_id = ?", {alone.place.conv}), 1);
  EXPECT_EQ(count("members m JOIN group_info g ON g.conv_id = m.conv_id WHERE m.uid = 1"), 0);
}

TEST_F(UserEraserTest, MuchIsDoneInSeveralCalls) {
  for (int i = 0; i < 1200; ++i) chat_.say(1, conv_, "x").value();
  EXPECT_FALSE(erase().done);
  EXPECT_TRUE(erase().done);
  EXPECT_EQ(count("messages WHERE sender = 1 AND body <> ''"), 0);
  EXPECT_EQ(erase().messages, 0) << "a third time does nothing";
}

TEST_F(UserEraserTest, NobodyIsFoundOrReached) {
  EXPECT_EQ(eraser_.close(Uid(99)).error().code, Error::Code::kNotFound);
  erase();
  EXPECT_EQ(chat_.conversations.open_p2p(chat_.actor(4), Uid(1)).error().code, Error::Code::kNotFound);
  EXPECT_TRUE(chat_.groups.create(chat_.actor(4), {.name = "New", .members = {Uid(1)}}).value().came ==
              std::vector<Uid>{Uid(4)});
}

}  // namespace
}  // namespace im::logic::chat
