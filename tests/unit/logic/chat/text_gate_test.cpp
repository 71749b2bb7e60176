#include "logic/chat/text_gate.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

using test::TestChat;

/// Whatever leads to a kept text, the operator's service is asked, and what it wrote is what is kept.
TEST(TextGate, EachTextPassesTheGate) {
  TestChat chat;
  std::vector<std::string> asked;
  TextGate gate;
  gate.use([&](const TextCheck& text) -> Result<std::string> {
    asked.push_back(text.type + ":" + text.body);
    if (text.body == "spam") return Error{Error::Code::kDenied, "the message is not allowed here"};
    return text.body == "damn" ? "d***" : text.body;
  });
  MessageService messages{*chat.store, chat.conversations, {}, gate};
  GroupService groups{*chat.store, {}, gate};
  ContactService contacts{*chat.store, {}, gate};
  const auto me = chat.actor(1);
  const auto conv = chat.p2p(1, 2);
  const auto spam = chat.say(2, conv, "spam").value(), damn = chat.say(2, conv, "damn").value();
  const auto denied = [](const auto& result) { return !result && result.error().code == Error::Code::kDenied; };

  EXPECT_TRUE(denied(messages.send(me, {.conv = conv, .client_id = "1", .body = "spam"})));
  EXPECT_TRUE(denied(messages.forward(me, conv, spam.seq, conv, "2")));
  const auto kept = messages.forward(me, conv, damn.seq, conv, "3").value();
  EXPECT_TRUE(denied(messages.edit(me, conv, kept.seq, "spam")));
  EXPECT_EQ(chat.history.sync(me, conv, kept.seq - 1, 1).value().rows.front().body, "d***");
  EXPECT_TRUE(denied(groups.create(me, {.name = "spam"})));
  const auto group = groups.create(me, {.name = "damn"}).value().place.conv;
  EXPECT_EQ(groups.info(me, group).value().name, "d***");
  EXPECT_TRUE(denied(groups.rename(me, group, "spam", "")));
  EXPECT_TRUE(denied(groups.announce(me, group, "spam")));
  ASSERT_TRUE(groups.announce(me, group, "damn").ok());
  EXPECT_EQ(groups.info(me, group).value().announcement, "d***");
  EXPECT_TRUE(denied(groups.join(chat.actor(3), group, "spam")));
  ASSERT_TRUE(groups.join(chat.actor(3), group, "damn").ok());
  EXPECT_EQ(groups.requests(me, group).value().front().greeting, "d***");
  EXPECT_TRUE(denied(contacts.add(me, Uid(4), "spam")));
  EXPECT_EQ(contacts.add(me, Uid(4), "damn").value().greeting, "d***");
  EXPECT_EQ(contacts.list(chat.actor(4), Uid(), 10).value().front().greeting, "d***");
  const std::vector<std::string> all{"text:spam",           "text:spam",       "text:damn",       "edit:spam",
                                     "group.name:spam",     "group.name:damn", "group.name:spam", "group.announce:spam",
                                     "group.announce:damn", "greeting:spam",   "greeting:damn",   "greeting:spam",
                                     "greeting:damn"};
  EXPECT_EQ(asked, all);
}

TEST(TextGate, WhatTheServiceWroteIsATextLikeAnyOther) {
  TextGate gate;
  std::string answer = "ok";
  gate.use([&](const TextCheck&) -> Result<std::string> { return answer; });
  EXPECT_EQ(gate.pass({.type = "text", .body = "x"}, 4).value(), "ok");
  EXPECT_EQ(gate.pass({.type = "text", .body = ""}, 4).value(), "");
  for (const char* bad : {"", "much too long", "\x01", "\xff"}) {
    answer = bad;
    EXPECT_EQ(gate.pass({.type = "text", .body = "x"}, 4).error().code, Error::Code::kInvalid) << bad;
  }
}

}  // namespace
}  // namespace im::logic::chat
