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

/// Of user 1, over relay, to user 2; they talked from 4000 to 9000.
pb::Record talked(store::ConvId conv) {
  pb::Record call = missed(conv);
  call.set_reason(1);
  call.set_answered_by(2);
  call.set_started_ms(1000);
  call.set_answered_ms(3000);
  call.set_active_ms(4000);
  call.set_ended_ms(9000);
  auto& caller = *call.mutable_parties(0);
  auto& callee = *call.add_parties();
  callee.set_id(2);
  callee.mutable_device()->set_uid(2);
  callee.mutable_device()->set_name("desk");
  callee.mutable_device()->mutable_comet()->set_number(8);
  callee.set_joined_ms(3000);
  callee.set_connected_ms(4000);
  callee.set_path("relay");
  callee.set_worst_loss(31);
  caller.mutable_device()->mutable_comet()->set_number(7);
  caller.set_joined_ms(1000);
  caller.set_connected_ms(3700);
  caller.set_path("host");
  caller.set_restarts(2);
  return call;
}

std::vector<std::int64_t> column_of(TestChat& chat, const std::string& name) {
  const std::string text = "SELECT " + name + " FROM call_parties ORDER BY party";
  std::vector<std::int64_t> values;
  const auto rows = chat.database.open()->select({text, 1});
  for (const auto& row : rows.value()) values.push_back(row.number(0));
  return values;
}

TEST(CallBookStore, ARowSaysWhatBecameOfEachParty) {
  using Numbers = std::vector<std::int64_t>;
  TestChat chat;
  CallBook book(*chat.store);
  pb::Record call = talked(chat.p2p(1, 2));
  for (auto& party : *call.mutable_parties()) party.set_left_ms(9000);
  ASSERT_TRUE(book.write(call).ok());
  const auto calls =
      chat.database.open()
          ->select({"SELECT outcome, reason, talk_ms, started_ms, answered_ms, active_ms, ended_ms FROM calls", 7})
          .value();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].text(0), "answered");
  EXPECT_EQ(calls[0].text(1), "hangup");
  EXPECT_EQ(calls[0].number(2), 5000);
  for (const auto& [column, ms] : {std::pair{3, 1000}, {4, 3000}, {5, 4000}, {6, 9000}})
    EXPECT_EQ(calls[0].number(static_cast<std::size_t>(column)), ms);
  EXPECT_EQ(column_of(chat, "uid"), (Numbers{1, 2}));
  EXPECT_EQ(column_of(chat, "joined_ms"), (Numbers{1000, 3000}));
  EXPECT_EQ(column_of(chat, "left_ms"), (Numbers{9000, 9000}));
  EXPECT_EQ(column_of(chat, "setup_ms"), (Numbers{700, 1000})) << "from the answer on, for the caller too";
  EXPECT_EQ(column_of(chat, "restarts"), (Numbers{2, 0}));
  EXPECT_EQ(column_of(chat, "comet"), (Numbers{7, 8}));
  EXPECT_EQ(column_of(chat, "worst_loss"), (Numbers{0, 31}));
  const auto paths = chat.database.open()->select({"SELECT path FROM call_parties ORDER BY party", 1}).value();
  EXPECT_EQ(paths[0].text(0), "host");
  EXPECT_EQ(paths[1].text(0), "relay");
}

TEST(CallBookStore, WhoNeverConnectedHasNoTimeOfSettingUp) {
  TestChat chat;
  CallBook book(*chat.store);
  ASSERT_TRUE(book.write(missed(store::ConvId(0))).ok());
  pb::Record rebuilt = talked(store::ConvId(0));
  rebuilt.set_id(78);
  rebuilt.set_rebuilt(true);
  ASSERT_TRUE(book.write(rebuilt).ok());
  for (const std::int64_t ms : column_of(chat, "setup_ms")) EXPECT_EQ(ms, 0);
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
