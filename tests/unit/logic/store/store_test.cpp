#include "logic/store/store.hpp"

#include <gtest/gtest.h>

#include "logic/store/conversation_log.hpp"
#include "logic/store/outbox_relay.hpp"
#include "logic/store/schema.hpp"
#include "logic/store/search_index.hpp"
#include "tests/support/test_store.hpp"

namespace im::logic::store {
namespace {

TEST(Store, SecondLogicOnOneFileIsRefused) {
  test::TestStore first;
  if (first.database.is_mysql()) GTEST_SKIP() << "several logics there";
  const auto second = Store::open({.database = first.database.get()}, first.sink);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Error::Code::kConflict);
  EXPECT_NE(second.error().message.find("SQLite serves one logic"), std::string::npos);
}

TEST(Store, KeepsItsEpoch) {
  test::TestStore first;
  const auto epoch = first.store->epoch();
  EXPECT_FALSE(epoch.empty());
  first.store.reset();
  EXPECT_EQ(Store::open({.database = first.database.get()}, first.sink).value()->epoch(), epoch);
}

/// As a program of before migration 15 wrote it.
void add_old_call(sql::Connection& db) {
  ASSERT_TRUE(db.execute("INSERT INTO calls (call_id, kind, grouped, conv_id, caller, reason, outcome, started_ms,"
                         " answered_ms, active_ms, ended_ms, talk_ms, ended_by) VALUES ('c1', 1, 0, 0, 1, 'hangup',"
                         " 'answered', 1000, 2000, 3000, 9000, 6000, 1)")
                  .ok());
  ASSERT_TRUE(db.execute("INSERT INTO call_parties (call_id, party, uid, device, joined_ms, left_ms, reason, path,"
                         " worst_loss) VALUES ('c1', 1, 1, 'phone', 1000, 9000, 'hangup', 'relay', 7)")
                  .ok());
}

// Each older schema, with a row in every table it had, comes up to the newest and keeps them.
class OlderSchema : public testing::TestWithParam<std::size_t> {};
TEST_P(OlderSchema, ComesUpWithItsRows) {
  const test::TestDatabase database;
  auto db = database.open();
  auto older = migrations();
  older.resize(GetParam());
  ASSERT_TRUE(sql::migrate(*db, older).ok());
  ASSERT_TRUE(db->execute("INSERT INTO users (uid, name, avatar, created_ms) VALUES (1, 'Ann', '', 5)").ok());
  if (GetParam() >= 2) {
    ASSERT_TRUE(
        db->execute("INSERT INTO conversations (conv_id, kind, room_key, created_ms) VALUES (1, 3, 'webim://lobby', 5)")
            .ok());
  }
  if (GetParam() >= 4) add_old_call(*db);
  const auto done = sql::migrate(*db, migrations());
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done.value(), migrations().back().number);
  EXPECT_EQ(db->select({"SELECT name FROM users", 1}).value().front().text(0), "Ann");
  if (GetParam() >= 4) {
    const auto parties =
        db->select({"SELECT device, path, worst_loss, setup_ms, restarts, comet FROM call_parties", 6}).value();
    ASSERT_EQ(parties.size(), 1U);
    EXPECT_EQ(parties[0].text(0), "phone");
    EXPECT_EQ(parties[0].text(1), "relay");
    EXPECT_EQ(parties[0].number(2), 7);
    for (std::size_t column : {3, 4, 5}) EXPECT_EQ(parties[0].number(column), 0) << column;
    EXPECT_EQ(db->select({"SELECT talk_ms FROM calls", 1}).value().front().number(0), 6000);
  }
  if (GetParam() < 2) return;
  ASSERT_TRUE(
      db->execute("INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, mentions, client_id, counted,"
                  " address) VALUES (1, 1, 1, 'text', 1, 'hello', 1700000000000, '', 'c', 1, '::1')")
          .ok());
  const auto lobby = db->select({"SELECT id, addtime, name, msg, send_ip FROM webim_history", 5}).value();
  ASSERT_EQ(lobby.size(), 1U);
  EXPECT_EQ(lobby[0].text(1).substr(0, 19), "2023-11-14 22:13:20");
  EXPECT_EQ(lobby[0].text(2), "Ann");
  EXPECT_EQ(lobby[0].text(3), "hello");
}
INSTANTIATE_TEST_SUITE_P(All, OlderSchema, testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));

TEST(CaptionWords, OfBeforeAreFoundAfterTheMigrationAlsoWhenItBeginsAgain) {
  const test::TestDatabase database;
  auto db = database.open();
  auto older = migrations();
  older.resize(12);
  ASSERT_TRUE(sql::migrate(*db, older).ok());
  const auto run = [&](const std::string& text, const sql::Values& values) {
    const auto done = db->execute(text, values);
    ASSERT_TRUE(done.ok()) << done.error().message;
  };
  run("INSERT INTO users (uid, name, avatar, created_ms) VALUES (1, 'Ann', '', 5)", {});
  run("INSERT INTO conversations (conv_id, kind, created_ms) VALUES (1, 2, 5)", {});
  // More than one batch of it, and what is not to be found: a text, a recalled one.
  constexpr int kFiles = 1001;
  for (int seq = 1; seq <= kFiles + 2; ++seq)
    run("INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, mentions, client_id, counted, recalled,"
        " address) VALUES (1, ?, 1, ?, 1, ?, 5, '', '', 1, ?, '')",
        {seq, seq == kFiles + 1 ? "text" : "file", R"({"media":"x","name":"plan.pdf"})", seq == kFiles + 2});
  ASSERT_TRUE(sql::migrate(*db, migrations()).ok());
  const auto words = [&] { return db->select({"SELECT COUNT(*) FROM caption_words", 1}).value().front().number(0); };
  EXPECT_EQ(words(), kFiles);
  ASSERT_TRUE(index_captions(*db).ok());
  EXPECT_EQ(words(), kFiles);
}

TEST(Schema, ColumnsThatAreThereAlreadyAreNoHindrance) {
  const test::TestDatabase database;
  if (!database.is_mysql()) GTEST_SKIP() << "SQLite takes all of it or nothing";
  auto db = database.open();
  ASSERT_TRUE(sql::migrate(*db, migrations()).ok());
  ASSERT_TRUE(db->execute("DELETE FROM schema_version WHERE number >= 15").ok());  // died before it was noted
  const auto again = sql::migrate(*db, migrations());
  EXPECT_TRUE(again.ok()) << again.error().message;
}

class RelayTest : public testing::Test {
 protected:
  void SetUp() override {
    store_.add_users(1);
    ASSERT_TRUE(
        store_.database.open()->execute("INSERT INTO conversations (conv_id, kind, created_ms) VALUES (5, 3, 0)").ok());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(add().ok());
  }
  Result<Message> add() {
    return store_.store->lanes().write<Message>(5, [](Write& write) -> Result<Message> {
      auto head = lock_head(write, ConvId(5));
      if (!head) return head.error();
      return append(write, head.value(), {.type = "text", .sender = Uid(1), .body = "hello"});
    });
  }
  OutboxRelay relay(const std::string& owner) {
    return OutboxRelay(store_.database.get(), {.owner = owner, .overdue_ms = -1000, .lease_ms = 60'000}, relayed_);
  }
  void wait_until_outbox_is(std::int64_t size) {
    for (int i = 0; i < 500 && store_.number("SELECT COUNT(*) FROM outbox") != size; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(store_.number("SELECT COUNT(*) FROM outbox"), size);
  }

  test::TestStore store_;
  test::RecordingSink relayed_;
};

TEST_F(RelayTest, RepeatsWhatWasNotSentInOrder) {
  for (const Seq seq : {1, 3}) store_.store->lanes().sent({ConvId(5), seq});
  wait_until_outbox_is(1);
  auto db = store_.database.open();
  EXPECT_EQ(relay("a").round(*db).value(), 1U);
  ASSERT_EQ(relayed_.rows().size(), 1U);
  store_.store->stop();  // what was handed on is there now
  EXPECT_EQ(relayed_.rows()[0].message, store_.sink.rows()[1].message);
  ASSERT_TRUE(db->execute("DELETE FROM outbox").ok());
  EXPECT_EQ(relay("a").round(*db).value(), 0U);
}

TEST_F(RelayTest, OneOwnerAShard) {
  auto db = store_.database.open();
  EXPECT_EQ(relay("a").round(*db).value(), 3U);
  EXPECT_EQ(relay("b").round(*db).value(), 0U);
  ASSERT_TRUE(db->execute("UPDATE outbox_leases SET until_ms = 0").ok());  // a is dead for long
  EXPECT_EQ(relay("b").round(*db).value(), 3U);
  EXPECT_EQ(relay("a").round(*db).value(), 0U);
}

TEST_F(RelayTest, YoungRowsAreLeft) {
  auto db = store_.database.open();
  OutboxRelay patient(store_.database.get(), {.owner = "a", .overdue_ms = 3'600'000}, relayed_);
  EXPECT_EQ(patient.round(*db).value(), 0U);
}

}  // namespace
}  // namespace im::logic::store
