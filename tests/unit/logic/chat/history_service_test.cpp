#include "logic/chat/history_service.hpp"

#include <gtest/gtest.h>

#include "logic/store/conversation_log.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

using test::TestChat;

TEST(HistoryService, PagesForwardsAndBackwards) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  for (int i = 1; i <= 7; ++i) chat.say(1, conv, std::to_string(i)).value();
  const auto first = chat.history.sync(chat.actor(2), conv, 0, 3).value();
  EXPECT_EQ(first.rows.size(), 3U);
  EXPECT_TRUE(first.has_more);
  EXPECT_EQ(first.last_seq, 7);
  EXPECT_EQ(first.epoch, chat.store->epoch());
  const auto rest = chat.history.sync(chat.actor(2), conv, 3, 100'000).value();
  EXPECT_EQ(rest.rows.size(), 4U);
  EXPECT_FALSE(rest.has_more);
  EXPECT_TRUE(chat.history.sync(chat.actor(2), conv, 99, 10).value().rows.empty());
  const auto back = chat.history.history(chat.actor(2), conv, 0, 3).value();
  EXPECT_EQ(back.rows.at(0).body, "7");
  EXPECT_TRUE(back.has_more);
  const auto older = chat.history.history(chat.actor(2), conv, 5, 10).value();
  EXPECT_EQ(older.rows.size(), 4U);
  EXPECT_EQ(older.rows.at(0).body, "4");
  EXPECT_FALSE(older.has_more);
  EXPECT_EQ(chat.history.sync(chat.actor(3), conv, 0, 10).error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.history.history(chat.actor(3), conv, 0, 10).error().code, Error::Code::kNotFound);
}

TEST(HistoryService, SyncAllSaysWhatIsNew) {
  TestChat chat;
  const auto a = chat.p2p(1, 2), b = chat.p2p(1, 3), c = chat.p2p(1, 4);
  chat.say(2, a, "to a").value();
  chat.say(3, b, "to b").value();
  chat.say(4, c, "to c").value();
  ASSERT_TRUE(chat.conversations.set(chat.actor(1), a, {.silent = true, .pinned = true}).ok());
  const auto all = chat.history.sync_all(chat.actor(1), {}, 0).value();
  ASSERT_EQ(all.conversations.size(), 3U);
  EXPECT_EQ(all.conversations[0].conv, a);  // pinned
  EXPECT_TRUE(all.conversations[0].silent);
  EXPECT_EQ(all.conversations[0].name, "user 2");
  EXPECT_EQ(all.conversations[0].peer, Uid(2));
  EXPECT_EQ(all.conversations[0].last.body, "to a");
  EXPECT_EQ(all.conversations[0].unread, 1);
  const auto newer = chat.history.sync_all(chat.actor(1), {{a, 1}, {b, 0}, {c, 5}}, 0).value();
  ASSERT_EQ(newer.conversations.size(), 1U);
  EXPECT_EQ(newer.conversations[0].conv, b);
  EXPECT_FALSE(chat.history.sync_all(chat.actor(2), {}, 0).value().conversations.at(0).pinned);  // another's setting
}

TEST(HistoryService, HiddenUntilSomethingComes) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  chat.say(2, conv, "one").value();
  ASSERT_TRUE(chat.conversations.set(chat.actor(1), conv, {.hidden = true}).ok());
  EXPECT_TRUE(chat.history.sync_all(chat.actor(1), {}, 0).value().conversations.at(0).hidden);
  chat.say(2, conv, "two").value();
  EXPECT_FALSE(chat.history.sync_all(chat.actor(1), {}, 0).value().conversations.at(0).hidden);
}

TEST(HistoryService, SearchFindsFromTwoSignsInAnyScript) {
  TestChat chat;
  const auto mine = chat.p2p(1, 2), foreign = chat.p2p(3, 4);
  chat.say(1, mine, "我们明天见面吧").value();
  chat.say(2, mine, "See you at the Station").value();
  chat.say(3, foreign, "明天 at the station").value();
  auto texts = [&](int uid, Search search) {
    std::vector<std::string> found;
    const auto rows = chat.history.search(chat.actor(uid), search);
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    for (const auto& row : rows.value()) found.push_back(row.body);
    return found;
  };
  EXPECT_EQ(texts(1, {.text = "明天"}), (std::vector<std::string>{"我们明天见面吧"}));
  EXPECT_EQ(texts(1, {.text = "STATION"}), (std::vector<std::string>{"See you at the Station"}));
  EXPECT_EQ(texts(2, {.text = "at"}), (std::vector<std::string>{"See you at the Station"}));
  EXPECT_EQ(texts(3, {.text = "明天"}), (std::vector<std::string>{"明天 at the station"}));
  EXPECT_TRUE(texts(1, {.text = "天明"}).empty());  // the order counts
  EXPECT_TRUE(texts(1, {.text = "明天", .conv = foreign}).empty());
  EXPECT_TRUE(texts(1, {.text = "明天", .from = Uid(2)}).empty());
  EXPECT_TRUE(texts(1, {.text = "\" OR 1=1 --"}).empty());
  EXPECT_TRUE(texts(1, {.text = "NEAR(\"a\")*"}).empty());
  EXPECT_EQ(chat.history.search(chat.actor(1), {.text = "x"}).error().code, Error::Code::kInvalid);
}

TEST(HistoryService, AnEditedTextIsFoundByItsNewWords) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  chat.say(1, conv, "orange").value();
  ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, 1, "lemon").ok());
  EXPECT_TRUE(chat.history.search(chat.actor(1), {.text = "orange"}).value().empty());
  EXPECT_EQ(chat.history.search(chat.actor(1), {.text = "lemon"}).value().size(), 1U);
}

TEST(HistoryService, ARoomIsOpen) {
  TestChat chat;
  const auto lobby = chat.conversations.open_room("webim://lobby").value();
  EXPECT_EQ(chat.conversations.open_room("webim://lobby").value(), lobby);
  const auto said = chat.store->lanes().write<Ok>(lobby.value(), [&](store::Write& into) -> Status {
    auto head = store::lock_head(into, lobby);
    if (!head) return head.error();
    const auto added = store::append(into, head.value(), {.type = "text", .sender = Uid(5), .body = "hello all"});
    return added ? Status(Ok{}) : Status(added.error());
  });
  ASSERT_TRUE(said.ok()) << said.error().message;
  EXPECT_EQ(chat.history.sync(chat.actor(6), lobby, 0, 10).value().rows.size(), 1U);
  EXPECT_EQ(chat.history.search(chat.actor(6), {.text = "hello", .conv = lobby}).value().size(), 1U);
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM webim_history WHERE name = 'user 5' AND msg = 'hello all'"), 1);
}

}  // namespace
}  // namespace im::logic::chat
