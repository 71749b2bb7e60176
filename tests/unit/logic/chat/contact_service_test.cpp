#include "logic/chat/contact_service.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

using test::TestChat;

ContactState state(TestChat& chat, int uid, int peer) {
  const auto list = chat.contacts.list(chat.actor(uid), Uid(0), 0).value();
  for (const auto& contact : list)
    if (contact.uid == Uid(peer)) return contact.state;
  return ContactState::kNone;
}

TEST(ContactService, AskAndAccept) {
  TestChat chat;
  const auto asked = chat.contacts.add(chat.actor(1), Uid(2), "hi").value();
  EXPECT_EQ(asked.state, ContactState::kAsked);
  EXPECT_TRUE(asked.tell_peer);
  EXPECT_EQ(chat.contacts.list(chat.actor(2), Uid(0), 0).value().at(0).greeting, "hi");
  EXPECT_EQ(chat.contacts.accept(chat.actor(1), Uid(2)).error().code, Error::Code::kNotFound);  // not one's own request
  EXPECT_EQ(chat.contacts.accept(chat.actor(2), Uid(1)).value().state, ContactState::kContact);
  EXPECT_EQ(state(chat, 1, 2), ContactState::kContact);
  EXPECT_EQ(state(chat, 2, 1), ContactState::kContact);
  EXPECT_FALSE(chat.contacts.add(chat.actor(1), Uid(2), "again").value().tell_peer);
  EXPECT_TRUE(chat.contacts.remove(chat.actor(2), Uid(1)).value().tell_peer);
  EXPECT_EQ(state(chat, 1, 2), ContactState::kNone);
}

TEST(ContactService, BothAskIsAYes) {
  TestChat chat;
  ASSERT_TRUE(chat.contacts.add(chat.actor(1), Uid(2), "").ok());
  EXPECT_EQ(chat.contacts.add(chat.actor(2), Uid(1), "").value().state, ContactState::kContact);
  EXPECT_EQ(state(chat, 1, 2), ContactState::kContact);
}

TEST(ContactService, RejectLeavesNothing) {
  TestChat chat;
  ASSERT_TRUE(chat.contacts.add(chat.actor(1), Uid(2), "").ok());
  ASSERT_TRUE(chat.contacts.reject(chat.actor(2), Uid(1)).ok());
  EXPECT_EQ(state(chat, 1, 2), ContactState::kNone);
  EXPECT_EQ(state(chat, 2, 1), ContactState::kNone);
}

// The same answer as for others, and the one who blocks hears of nothing.
TEST(ContactService, ABlockedOneCannotTell) {
  TestChat chat;
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), true).ok());
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), true).ok());
  const auto asked = chat.contacts.add(chat.actor(1), Uid(2), "hi").value();
  EXPECT_EQ(asked.state, ContactState::kAsked);
  EXPECT_FALSE(asked.tell_peer);
  EXPECT_EQ(state(chat, 1, 2), ContactState::kAsked);
  EXPECT_EQ(state(chat, 2, 1), ContactState::kNone);
  EXPECT_EQ(chat.contacts.blocked(chat.actor(2)).value().at(0).uid, Uid(1));
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), false).ok());
  EXPECT_TRUE(chat.contacts.blocked(chat.actor(2)).value().empty());
}

TEST(ContactService, OddOnes) {
  TestChat chat({.contacts = 1});
  EXPECT_EQ(chat.contacts.add(chat.actor(1), Uid(1), "").error().code, Error::Code::kInvalid);
  EXPECT_EQ(chat.contacts.add(chat.actor(1), Uid(-5), "").error().code, Error::Code::kInvalid);
  EXPECT_EQ(chat.contacts.add(chat.actor(1), Uid(99), "").error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.contacts.add(chat.actor(1), Uid(2), std::string(181, 'x')).error().code, Error::Code::kInvalid);
  EXPECT_EQ(chat.contacts.block(chat.actor(1), Uid(99), true).error().code, Error::Code::kNotFound);
  ASSERT_TRUE(chat.contacts.add(chat.actor(1), Uid(2), "").ok());
  EXPECT_EQ(chat.contacts.add(chat.actor(1), Uid(3), "").error().code, Error::Code::kConflict);
}

TEST(ContactService, FindsByTheWholeLoginOnly) {
  TestChat chat;
  ASSERT_TRUE(chat.database.open()->execute("UPDATE users SET login = 'ann' WHERE uid = 1").ok());
  EXPECT_EQ(chat.contacts.find("ann").value()->uid, Uid(1));
  for (const char* login : {"an", "ann%", "ANN", "' OR 1=1 --"})
    EXPECT_FALSE(chat.contacts.find(login).value()) << login;
}

}  // namespace
}  // namespace im::logic::chat
