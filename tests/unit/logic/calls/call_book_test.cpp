#include "logic/calls/call_book.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "logic/calls/call_targets.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic {
namespace {

namespace pb = im::calls;
using test::TestChat;

/// Of user 1 to user 2, who did not answer.
pb::Record missed(store::ConvId conv) {
  pb::Record call;
  call.set_id(77);
  call.set_kind(1);
  call.set_state(4);
  call.set_conv(conv.value());
  call.set_caller(1);
  call.set_reason(5);
  auto& caller = *call.add_parties();
  caller.set_id(1);
  caller.mutable_device()->set_uid(1);
  auto& callee = *call.add_callees();
  callee.set_uid(2);
  callee.set_told(true);
  return call;
}

TEST(CallBookStore, ACallIsWrittenOnceHoweverOftenItIsTold) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  CallBook book(*chat.store);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(book.write(missed(conv)).ok());
  const auto page = chat.history.sync(chat.actor(2), conv, 0, 0).value();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].type, "call");
  EXPECT_EQ(boost::json::parse(page.rows[0].body).at("outcome"), "missed");
  EXPECT_EQ(chat.unread(2, conv), 1) << "a missed call is news";
  EXPECT_EQ(chat.unread(1, conv), 0);
  const auto rows = chat.database.open()->select({"SELECT COUNT(*) FROM call_parties", 1});
  EXPECT_EQ(rows.value()[0].number(0), 1);
}

TEST(CallBookStore, WhatTheCalleeDecidedIsNoNews) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  CallBook book(*chat.store);
  pb::Record call = missed(conv);
  call.set_reason(3);
  ASSERT_TRUE(book.write(call).ok());
  EXPECT_EQ(chat.unread(2, conv), 0);
}

TEST(CallBookStore, WhoBlockedTheCallerSeesNothingOfIt) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  CallBook book(*chat.store);
  pb::Record call = missed(conv);
  call.mutable_callees(0)->set_told(false);
  ASSERT_TRUE(book.write(call).ok());
  EXPECT_EQ(chat.unread(2, conv), 0);
  EXPECT_EQ(chat.history.sync(chat.actor(2), conv, 0, 0).value().rows[0].hidden_from, Uid(2));
}

TEST(CallBookStore, AMeetingHasNoConversation) {
  TestChat chat;
  CallBook book(*chat.store);
  EXPECT_TRUE(book.write(missed(store::ConvId(0))).ok());
}

TEST(CallTargets, WhoMayCallWhom) {
  TestChat chat;
  CallTargets targets(*chat.store, chat.conversations);
  const CallTarget two = targets.of_user(chat.actor(2), Uid(1)).value();
  EXPECT_EQ(two.scope, "pair:1:2");
  EXPECT_EQ(two.callees, std::vector<Uid>{Uid(1)});
  EXPECT_FALSE(two.blocked);
  EXPECT_EQ(targets.of_user(chat.actor(1), Uid(99)).error().code, Error::Code::kNotFound);
  EXPECT_EQ(targets.of_user(chat.actor(1), Uid(1)).error().code, Error::Code::kInvalid);
  EXPECT_EQ(targets.of_conversation(chat.actor(3), two.conv, {}, true).error().code, Error::Code::kNotFound);
  ASSERT_TRUE(chat.contacts.block(chat.actor(1), Uid(2), true).ok());
  EXPECT_TRUE(targets.of_user(chat.actor(2), Uid(1)).value().blocked);
}

}  // namespace
}  // namespace im::logic
