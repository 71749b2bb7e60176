#include "logic/chat/message_service.hpp"

#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

using test::TestChat;

TEST(MessageService, FirstMessageMakesTheConversation) {
  TestChat chat;
  const auto sent = chat.messages.send(chat.actor(1), {.to = Uid(2), .client_id = "a", .body = "hello"});
  ASSERT_TRUE(sent.ok()) << sent.error().message;
  EXPECT_EQ(sent.value().seq, 1);
  EXPECT_LT(std::abs(sent.value().ts - unix_ms()), 60'000);
  EXPECT_EQ(chat.p2p(2, 1), sent.value().conv);
  const auto page = chat.history.sync(chat.actor(2), sent.value().conv, 0, 10).value();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].body, "hello");
  EXPECT_EQ(page.rows[0].sender, Uid(1));
  chat.store->stop();  // rows are handed on after the answer
  EXPECT_EQ(chat.sink.rows().size(), 1U);
}

/// On MariaDB (group "store") two logics have a store each.
TEST(ConversationService, TwoThatMakeTheSameOneAtTheSameMomentBothHaveIt) {
  TestChat chat;
  test::RecordingSink sink;
  std::unique_ptr<store::Store> second;
  if (chat.database.is_mysql()) second = store::Store::open({.database = chat.database.get()}, sink).value();
  ConversationService other{second ? *second : *chat.store, chat.limits};
  for (int round = 0; round < 60; ++round) {
    const Uid low(1 + round / 9), high(2 + round / 9 + round % 3);
    std::atomic<int> ready{0};
    Result<ConvId> rooms[2] = {ConvId(), ConvId()}, pairs[2] = {ConvId(), ConvId()};
    const auto make = [&](ConversationService& service, int who) {
      ++ready;
      while (ready < 2) std::this_thread::yield();
      rooms[who] = service.open_room("room" + std::to_string(round));
      pairs[who] = service.open_p2p(chat.actor(static_cast<int>(low.value())), high);
    };
    std::thread beside([&] { make(other, 1); });
    make(chat.conversations, 0);
    beside.join();
    for (const auto* made : {rooms, pairs}) {
      ASSERT_TRUE(made[0].ok() && made[1].ok()) << (made[0].ok() ? made[1] : made[0]).error().message;
      EXPECT_EQ(made[0].value(), made[1].value());
    }
  }
}

TEST(MessageService, TheSameClientIdHasTheSameAnswer) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2), other = chat.p2p(1, 3);
  const auto first = chat.say(1, conv, "hello", "same").value();
  const auto again = chat.say(1, conv, "hello", "same").value();
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(again.ts, first.ts);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(chat.say(1, other, "hello", "same").error().code, Error::Code::kConflict);
  EXPECT_EQ(chat.say(2, conv, "hello", "same").value().seq, 2);  // another sender's is another one
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM messages"), 2);
  chat.store->stop();
  EXPECT_EQ(chat.sink.rows().size(), 2U);
}

// Many at once, each id twice: dense numbers, one row an id, both asked have one answer.
TEST(MessageService, DenseUnderConcurrency) {
  TestChat chat;
  const std::vector<ConvId> convs = {chat.p2p(1, 2), chat.p2p(3, 4), chat.p2p(5, 6)};
  constexpr int kThreads = 6, kEach = 40;
  std::vector<std::vector<Place>> places(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      const int pair = t / 2;  // two threads say the same
      for (int i = 0; i < kEach; ++i)
        places[static_cast<std::size_t>(t)].push_back(
            chat.messages
                .send(chat.actor(2 * pair + 1),
                      {.conv = convs[static_cast<std::size_t>(pair)], .client_id = std::to_string(i), .body = "x"})
                .value());
    });
  for (auto& thread : threads) thread.join();
  for (std::size_t pair = 0; pair < 3; ++pair) {
    std::set<Seq> seqs;
    for (std::size_t i = 0; i < kEach; ++i) {
      EXPECT_EQ(places[2 * pair][i].seq, places[2 * pair + 1][i].seq);
      seqs.insert(places[2 * pair][i].seq);
    }
    EXPECT_EQ(seqs.size(), std::size_t{kEach});
    EXPECT_EQ(*seqs.rbegin(), kEach);
  }
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM messages"), 3 * kEach);
}

TEST(MessageService, OddValuesAreRefusedAndStoreNothing) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  const Draft good{.conv = conv, .client_id = "a", .body = "hello"};
  std::vector<Draft> bad(12, good);
  bad[0].body.clear();
  bad[1].body.assign(chat.limits.body_bytes + 1, 'x');
  bad[2].body = "\xff";
  bad[3].body = std::string("a\0b", 3);
  bad[4].client_id.clear();
  bad[5].client_id.assign(65, 'c');
  bad[6].type = "system";
  bad[7].type = "call";
  bad[8].reply_to = 99;
  bad[9].mentions.resize(51);
  bad[10].to = Uid(2);
  bad[11].conv = ConvId();
  for (const auto& draft : bad)
    EXPECT_EQ(chat.messages.send(chat.actor(1), draft).error().code, Error::Code::kInvalid) << &draft - bad.data();
  EXPECT_EQ(chat.messages.send(chat.actor(1), {.to = Uid(1), .client_id = "a", .body = "me"}).error().code,
            Error::Code::kInvalid);
  EXPECT_EQ(chat.messages.send(chat.actor(1), {.to = Uid(99), .client_id = "a", .body = "x"}).error().code,
            Error::Code::kNotFound);
  EXPECT_EQ(chat.say(1, ConvId(99), "x").error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.say(3, conv, "not mine").error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM messages"), 0);
  chat.store->stop();
  EXPECT_TRUE(chat.sink.rows().empty());
}

TEST(MessageService, EditsAreRowsAndShowTheNewestText) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  const auto first = chat.say(1, conv, "helo").value();
  const auto edit = chat.messages.edit(chat.actor(1), conv, first.seq, "hello");
  ASSERT_TRUE(edit.ok()) << edit.error().message;
  EXPECT_EQ(edit.value().seq, 2);
  EXPECT_EQ(chat.messages.edit(chat.actor(2), conv, first.seq, "mine").error().code, Error::Code::kDenied);
  const auto rows = chat.history.sync(chat.actor(2), conv, 0, 10).value().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].body, "hello");
  EXPECT_GT(rows[0].edited_ts, 0);
  EXPECT_EQ(rows[1].kind, RowKind::kEdit);
  EXPECT_EQ(rows[1].ref_seq, 1);
  EXPECT_EQ(rows[1].body, "hello");
  EXPECT_EQ(chat.unread(2, conv), 1);
}

TEST(MessageService, ARecalledTextIsGoneEverywhere) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  const auto first = chat.say(1, conv, "secret one").value();
  ASSERT_TRUE(chat.messages.edit(chat.actor(1), conv, first.seq, "secret two").ok());
  EXPECT_EQ(chat.messages.recall(chat.actor(2), conv, first.seq).error().code, Error::Code::kDenied);
  ASSERT_TRUE(chat.messages.recall(chat.actor(1), conv, first.seq).ok());
  const auto page = chat.history.sync(chat.actor(2), conv, 0, 10).value();
  for (const auto& row : page.rows) EXPECT_EQ(row.body, "");
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM messages WHERE body LIKE '%secret%'"), 0);
  EXPECT_TRUE(chat.history.search(chat.actor(1), {.text = "secret"}).value().empty());
  EXPECT_EQ(chat.messages.recall(chat.actor(1), conv, first.seq).error().code, Error::Code::kConflict);
  EXPECT_EQ(chat.messages.edit(chat.actor(1), conv, first.seq, "x").error().code, Error::Code::kConflict);
}

TEST(MessageService, WindowsClose) {
  TestChat chat({.edit_ms = -1, .recall_ms = -1});
  const auto conv = chat.p2p(1, 2);
  const auto first = chat.say(1, conv, "hello").value();
  EXPECT_EQ(chat.messages.edit(chat.actor(1), conv, first.seq, "x").error().message, "the time for it is over");
  EXPECT_EQ(chat.messages.recall(chat.actor(1), conv, first.seq).error().message, "the time for it is over");
}

TEST(MessageService, ReactionsAndPinsOnceEach) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  chat.say(1, conv, "hello").value();
  EXPECT_EQ(chat.reactions.react(chat.actor(2), conv, 1, "👍", true).value().seq, 2);
  EXPECT_TRUE(chat.reactions.react(chat.actor(2), conv, 1, "👍", true).value().repeated);
  EXPECT_EQ(chat.reactions.react(chat.actor(2), conv, 1, "👍", false).value().seq, 3);
  EXPECT_EQ(chat.reactions.pin(chat.actor(2), conv, 1, true).value().seq, 4);
  EXPECT_EQ(chat.reactions.pins(chat.actor(1), conv).value(), (std::vector<Seq>{1}));
  EXPECT_TRUE(chat.reactions.reactions(chat.actor(1), conv, 1, 10).value().empty());
  for (const char* bad : {"", "ok", "👍 ", "<b>", "\xf0\x9f", "1"})
    EXPECT_EQ(chat.reactions.react(chat.actor(2), conv, 1, bad, true).error().code, Error::Code::kInvalid) << bad;
  EXPECT_EQ(chat.reactions.react(chat.actor(2), conv, 2, "👍", true).error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.reactions.react(chat.actor(3), conv, 1, "👍", true).error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.unread(2, conv), 1);
}

TEST(MessageService, ForwardNeedsBothRights) {
  TestChat chat;
  const auto from = chat.p2p(1, 2), to = chat.p2p(2, 3);
  chat.say(1, from, "hello").value();
  const auto sent = chat.messages.forward(chat.actor(2), from, 1, to, "f");
  ASSERT_TRUE(sent.ok()) << sent.error().message;
  EXPECT_EQ(chat.history.sync(chat.actor(3), to, 0, 10).value().rows.at(0).body, "hello");
  EXPECT_EQ(chat.messages.forward(chat.actor(3), from, 1, to, "g").error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.messages.forward(chat.actor(1), from, 1, to, "h").error().code, Error::Code::kNotFound);
}

// Who is blocked cannot tell; who blocks sees a number and nothing else, and has nothing unread.
TEST(MessageService, ABlockedSenderHearsNothing) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  ASSERT_TRUE(chat.database.open()->execute("INSERT INTO blocks (uid, peer, created_ms) VALUES (2, 1, 0)").ok());
  EXPECT_EQ(chat.say(1, conv, "let me").value().seq, 1);
  EXPECT_EQ(chat.history.sync(chat.actor(1), conv, 0, 10).value().rows.at(0).body, "let me");
  const auto seen = chat.history.sync(chat.actor(2), conv, 0, 10).value().rows.at(0);
  EXPECT_EQ(seen.seq, 1);
  EXPECT_EQ(seen.hidden_from, Uid(2));
  EXPECT_EQ(seen.body, "");
  EXPECT_EQ(seen.sender, Uid());
  EXPECT_EQ(chat.unread(2, conv), 0);
  EXPECT_TRUE(chat.history.search(chat.actor(2), {.text = "let me"}).value().empty());
  EXPECT_EQ(chat.messages.forward(chat.actor(2), conv, 1, conv, "f").error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.say(2, conv, "I write").value().seq, 2);  // the other way is open
  EXPECT_EQ(chat.unread(1, conv), 1);
}

// A database that takes nothing more: an error, nothing half, and what was answered stays.
TEST(MessageService, AFullDiskIsAnAnswer) {
  TestChat chat;
  // On MariaDB the server's own settings bound it; this bound is set by us, for SQLite.
  if (chat.database.is_mysql()) GTEST_SKIP() << "the bound is SQLite's";
  const auto conv = chat.p2p(1, 2);
  const auto bound = chat.store->lanes().write<Ok>(0, [](store::Write& into) -> Status {
    const auto pages = into.db.select({"PRAGMA page_count", 1}).value().front().number(0);
    (void)into.db.select({"PRAGMA max_page_count = 1", 1});
    return into.db.select({"PRAGMA max_page_count = " + std::to_string(pages + 20), 1}).ok()
               ? Status(Ok{})
               : Status(Error{Error::Code::kInternal, "?"});
  });
  ASSERT_TRUE(bound.ok());
  int acked = 0;
  Result<Place> last = chat.say(1, conv, "first");
  for (; last && acked < 1000; ++acked) last = chat.say(1, conv, std::string(2000, 'x') + std::to_string(acked));
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().code, Error::Code::kUnavailable) << last.error().message;
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM messages"), acked);
  EXPECT_EQ(chat.number("SELECT last_seq FROM conversations"), acked);
  EXPECT_EQ(chat.history.sync(chat.actor(2), conv, 0, 1).value().rows.size(), 1U);
}

TEST(MessageService, WhatAnOperatorRemovesIsARecallOfItsSender) {
  TestChat chat({.recall_ms = -1});
  const auto conv = chat.p2p(1, 2);
  const auto first = chat.say(1, conv, "needle").value();
  const auto removed = chat.messages.remove(conv, first.seq);
  ASSERT_TRUE(removed.ok()) << removed.error().message;
  const auto rows = chat.history.sync(chat.actor(2), conv, 0, 10).value().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].recalled);
  EXPECT_EQ(rows[0].body, "");
  EXPECT_EQ(rows[1].kind, RowKind::kRecall);
  EXPECT_EQ(rows[1].ref_seq, first.seq);
  EXPECT_EQ(rows[1].sender, Uid(1));
  EXPECT_TRUE(chat.history.search(chat.actor(2), {.text = "needle"}).value().empty());
  EXPECT_EQ(chat.messages.remove(conv, first.seq).error().code, Error::Code::kConflict);
  EXPECT_EQ(chat.messages.remove(conv, 2).error().code, Error::Code::kNotFound);  // no message, a recall
  EXPECT_EQ(chat.messages.remove(conv, 9).error().code, Error::Code::kNotFound);
  EXPECT_EQ(chat.messages.remove(ConvId(99), 1).error().code, Error::Code::kNotFound);
}

TEST(MessageService, WhoIsSilencedWritesNowhere) {
  TestChat chat;
  const auto conv = chat.p2p(1, 2);
  ASSERT_TRUE(chat.database.open()
                  ->execute("INSERT INTO muted_users (uid, until_ms) VALUES (?, ?)", {1, unix_ms() + 3'600'000})
                  .ok());
  EXPECT_EQ(chat.say(1, conv, "x").error().message, "you are muted");
  EXPECT_TRUE(chat.say(2, conv, "x").ok());
}

/// A row of the lobby is drawn as it is by old pages: only the lobby's own door may write one.
TEST(MessageService, NobodyWritesIntoARoom) {
  TestChat chat;
  const auto lobby = chat.conversations.open_room("webim://lobby").value();
  const auto conv = chat.p2p(1, 2);
  const auto mine = chat.say(1, conv, "hello").value();
  ASSERT_TRUE(chat.store->lanes()
                  .write<Ok>(lobby.value(),
                             [&](store::Write& into) -> Status {
                               auto head = store::lock_head(into, lobby).value();
                               return store::append(into, head, {.type = "text", .sender = Uid(1), .body = "{}"}).ok()
                                          ? Status(Ok{})
                                          : Error{Error::Code::kInternal, "no line"};
                             })
                  .ok());
  const auto denied = [](const Result<Place>& place) { return !place && place.error().code == Error::Code::kDenied; };
  EXPECT_TRUE(denied(chat.say(1, lobby, R"({"from":2,"data":"<b>"})")));
  EXPECT_TRUE(denied(chat.messages.forward(chat.actor(1), conv, mine.seq, lobby, "f")));
  EXPECT_TRUE(denied(chat.messages.edit(chat.actor(1), lobby, 1, "x")));
  EXPECT_TRUE(denied(chat.messages.recall(chat.actor(1), lobby, 1)));
  EXPECT_TRUE(denied(chat.reactions.react(chat.actor(1), lobby, 1, "\U0001F44D", true)));
  EXPECT_TRUE(chat.messages.remove(lobby, 1).ok()) << "operators do";
}

}  // namespace
}  // namespace im::logic::chat
