#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/sql/lock_file.hpp"
#include "logic/store/schema.hpp"
#include "tools/imctl/store/store_check.hpp"
#include "tools/imctl/store/store_copy.hpp"

namespace im::imctl {
namespace {

namespace fs = std::filesystem;

/// A store with two users, one conversation and three messages, in a folder of its own.
class StoreFiles : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    database_ = sql::parse_database("sqlite:" + (folder_ / "im.db").string()).value();
    ASSERT_TRUE(sql::migrate(*open(), logic::store::migrations()).ok());
    run("INSERT INTO store_info (name, value) VALUES ('epoch', '1000')");
    for (const char* name : {"ann", "bob"})
      run(std::string("INSERT INTO users (login, name, avatar, created_ms) VALUES ('") + name + "', '" + name +
          "', '', 1)");
    run("INSERT INTO conversations (kind, low_uid, high_uid, last_seq, created_ms) VALUES (1, 1, 2, 3, 1)");
    for (const char* uid : {"1", "2"})
      run(std::string("INSERT INTO members (conv_id, uid, joined_ms) VALUES (1, ") + uid + ", 1)");
    for (const char* seq : {"1", "2", "3"})
      run(std::string("INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, mentions, client_id, counted, "
                      "address) VALUES (1, ") +
          seq + ", 1, 'text', 1, 'm', 1, '', '', 1, '')");
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<sql::Connection> open() { return sql::Connection::open(database_, sql::Access::kWrite).value(); }
  void run(const std::string& text) {
    const auto db = open();
    const auto done = db->execute(text);
    ASSERT_TRUE(done.ok()) << text << ": " << done.error().message;
  }
  StoreReport check() { return check_store(*open()).value(); }
  std::string beside(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_ = fs::temp_directory_path() / ("im-store-test-" + std::to_string(::getpid()));
  sql::Database database_;
};

TEST_F(StoreFiles, ASoundStoreHasNoProblems) {
  const StoreReport report = check();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.conversations, 1);
  EXPECT_EQ(report.messages, 3);
  EXPECT_EQ(report.epoch, "1000");
}

TEST_F(StoreFiles, EachDamageIsNamed) {
  const std::pair<const char*, const char*> damages[] = {
      {"DELETE FROM messages WHERE seq = 2", "conversation whose numbers have a gap: 1"},
      {"DELETE FROM messages WHERE seq = 1",
       "conversation whose first rows are missing, and not because they are old: 1"},
      {"UPDATE conversations SET last_seq = 4", "conversation whose last number is not that of its last row: 1"},
      {"UPDATE members SET read_seq = 9 WHERE uid = 1", "conversation with a read mark beyond its end: 1"},
      {"INSERT INTO outbox (conv_id, seq, shard, added_ms) VALUES (1, 9, 0, 1)",
       "conversation with a row to be pushed that is not there: 1"},
      {"INSERT INTO sent (sender, client_id, conv_id, seq, ts) VALUES (1, 'k', 1, 9, 1)",
       "conversation with a remembered send whose row is not there: 1"}};
  for (const auto& [text, problem] : damages) {
    TearDown();
    SetUp();
    run(text);
    const auto problems = check().problems;
    ASSERT_FALSE(problems.empty()) << text;
    EXPECT_EQ(problems.front(), problem) << text;
  }
}

TEST_F(StoreFiles, ABackupComesBackWithANewEpoch) {
  ASSERT_TRUE(backup_store(database_, beside("copy")).ok());
  EXPECT_EQ(backup_store(database_, beside("copy")).error().code, Error::Code::kConflict) << "no copy is written over";
  run("DELETE FROM messages WHERE seq = 3");
  run("UPDATE conversations SET last_seq = 2");
  const auto epoch = restore_store(database_, beside("copy"));
  ASSERT_TRUE(epoch.ok()) << epoch.error().message;
  const StoreReport report = check();
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(report.messages, 3);
  EXPECT_EQ(report.epoch, epoch.value());
  EXPECT_GT(std::stoll(epoch.value()), 1000);
}

TEST_F(StoreFiles, AnEpochIsNeverOlderThanTheOneBefore) {
  run("UPDATE store_info SET value = '99999999999999' WHERE name = 'epoch'");
  ASSERT_TRUE(backup_store(database_, beside("copy")).ok());
  EXPECT_EQ(restore_store(database_, beside("copy")).value(), "100000000000000");
}

TEST_F(StoreFiles, NothingIsTakenFromARunningLogic) {
  ASSERT_TRUE(backup_store(database_, beside("copy")).ok());
  const auto held = sql::LockFile::take(database_.path + ".lock");
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(restore_store(database_, beside("copy")).error().code, Error::Code::kConflict);
}

TEST_F(StoreFiles, WhatIsNoBackupLeavesTheStoreAsItIs) {
  std::ofstream(beside("text")) << "this is not a database, and long enough to have a header of one: "
                                << std::string(200, 'x');
  EXPECT_FALSE(restore_store(database_, beside("text")).ok());
  EXPECT_FALSE(restore_store(database_, beside("nothing")).ok());
  EXPECT_EQ(check().epoch, "1000");
  EXPECT_FALSE(fs::exists(database_.path + ".restored"));
}

TEST_F(StoreFiles, AStoreThatIsNotThereIsNotMade) {
  database_.path += ".other";
  EXPECT_EQ(backup_store(database_, beside("copy")).error().code, Error::Code::kNotFound);
  EXPECT_FALSE(fs::exists(database_.path));
  EXPECT_FALSE(fs::exists(beside("copy")));
}

}  // namespace
}  // namespace im::imctl
