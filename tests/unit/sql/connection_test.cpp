#include "common/sql/connection.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "common/sql/connection_pool.hpp"
#include "common/sql/sqlite_clock.hpp"
#include "tests/support/test_database.hpp"

namespace im::sql {
namespace {

class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        db_->execute("CREATE TABLE things (id BIGINT PRIMARY KEY, name VARCHAR(190) NOT NULL UNIQUE, note TEXT)").ok());
  }
  std::int64_t count() { return db_->select({"SELECT COUNT(*) FROM things", 1}).value().front().number(0); }

  test::TestDatabase database_;
  std::unique_ptr<Connection> db_ = database_.open();
};

TEST_F(ConnectionTest, HoldsWhatItWasGiven) {
  const std::string odd = "O'Brien \"; DROP TABLE things; -- \\ % ? :p1 \n 中文 🎉";
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (?, ?, ?)", {INT64_MAX, odd, nullptr}).ok());
  const auto rows = db_->select({"SELECT id, name, note FROM things WHERE name = ?", 3}, {odd});
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows.value().size(), 1U);
  EXPECT_EQ(rows.value()[0].number(0), INT64_MAX);
  EXPECT_EQ(rows.value()[0].text(1), odd);
  EXPECT_TRUE(rows.value()[0].is_null(2));
}

// SOCI binds types when it prepares: the same text with other types, and with NULL, is still right.
TEST_F(ConnectionTest, OneTextManyTypes) {
  constexpr const char* kInsert = "INSERT INTO things VALUES (?, ?, ?)";
  ASSERT_TRUE(db_->execute(kInsert, {1, "a", nullptr}).ok());
  ASSERT_TRUE(db_->execute(kInsert, {2, "b", "text"}).ok());
  ASSERT_TRUE(db_->execute(kInsert, {3, "c", 42}).ok());
  ASSERT_TRUE(db_->execute(kInsert, {4, "d", nullptr}).ok());
  const auto rows = db_->select({"SELECT note FROM things ORDER BY id", 1}).value();
  EXPECT_TRUE(rows[0].is_null(0));
  EXPECT_EQ(rows[1].text(0), "text");
  EXPECT_EQ(rows[2].text(0), "42");
  EXPECT_TRUE(rows[3].is_null(0));
}

TEST_F(ConnectionTest, CountsMatchedRowsAndWrites) {
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (1, 'a', 'x'), (2, 'b', 'x')").ok());
  const auto before = db_->writes();
  EXPECT_EQ(db_->execute("UPDATE things SET note = 'x' WHERE id < ?", {9}).value(), 2);
  EXPECT_GT(db_->writes(), before);
  const auto after = db_->writes();
  EXPECT_EQ(db_->execute("UPDATE things SET note = 'y' WHERE id > ?", {9}).value(), 0);
  EXPECT_EQ(db_->writes(), after);
}

// A failed statement is not used again, and the connection is as good as before.
TEST_F(ConnectionTest, ConstraintIsAConflictAndNothingElseBreaks) {
  constexpr const char* kInsert = "INSERT INTO things VALUES (?, ?, ?)";
  ASSERT_TRUE(db_->execute(kInsert, {1, "a", nullptr}).ok());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(db_->execute(kInsert, {1, "b", nullptr}).error().code, Error::Code::kConflict);
    EXPECT_EQ(db_->failure(), Failure::kConstraint);
  }
  EXPECT_TRUE(db_->execute(kInsert, {2, "b", nullptr}).ok());
  EXPECT_TRUE(db_->usable());
  EXPECT_EQ(count(), 2);
}

// SOCI adds the arguments to what it throws, MySQL the value that was there twice: neither comes into a text of ours.
TEST_F(ConnectionTest, ErrorsTellNoValues) {
  constexpr const char* kInsert = "INSERT INTO things VALUES (?, ?, ?)";
  ASSERT_TRUE(db_->execute(kInsert, {1, "secret", nullptr}).ok());
  for (const auto& failed : {db_->execute(kInsert, {2, "secret", "secret"}), db_->execute("NONSENSE ?", {"secret"}),
                             db_->execute("UPDATE nowhere SET a = ?", {"secret"})}) {
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().message.find("secret"), std::string::npos) << failed.error().message;
  }
}

TEST_F(ConnectionTest, RollsBack) {
  ASSERT_TRUE(db_->begin().ok());
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (1, 'a', NULL)").ok());
  db_->rollback();
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(db_->begin().ok());
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (1, 'a', NULL)").ok());
  ASSERT_TRUE(db_->commit().ok());
  EXPECT_EQ(count(), 1);
}

TEST_F(ConnectionTest, ReadersCannotWrite) {
  auto reader = database_.open(Access::kRead);
  EXPECT_EQ(reader->select({"SELECT COUNT(*) FROM things", 1}).value().front().number(0), 0);
  EXPECT_EQ(reader->execute("INSERT INTO things VALUES (1, 'a', NULL)").error().code, Error::Code::kUnavailable);
  EXPECT_EQ(reader->failure(), Failure::kReadOnly);
}

TEST_F(ConnectionTest, WrongSqlIsOurBug) {
  EXPECT_EQ(db_->execute("NONSENSE").error().code, Error::Code::kInternal);
  EXPECT_TRUE(db_->usable());
}

TEST_F(ConnectionTest, ClockIsUnixMs) {
  const auto now = db_->clock_ms().value();
  EXPECT_LT(std::abs(now - unix_ms()), 60'000);
}

// Who compares it with a time that was counted elsewhere is 1 ms off otherwise.
TEST_F(ConnectionTest, EachMillisecondOfSqliteIsThatOne) {
  if (database_.is_mysql()) GTEST_SKIP() << "MySQL has a clock of whole milliseconds";
  const std::string wrong =
      "WITH RECURSIVE each_one(ms) AS (SELECT 0 UNION ALL SELECT ms + 1 FROM each_one WHERE ms < 999)"
      " SELECT COUNT(*), MIN(ms) FROM each_one WHERE " +
      sqlite_unix_ms("printf('%s.%03d', ?, ms)") + " <> ms + ?";
  const auto rows = db_->select({wrong, 2}, {"2026-11-30 12:34:56", std::int64_t{1'796'042'096'000}});
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  EXPECT_EQ(rows.value().front().number(0), 0) << "the first one is " << rows.value().front().number(1);
}

TEST_F(ConnectionTest, FullIsToldAndNothingIsHalf) {
  if (database_.is_mysql()) GTEST_SKIP() << "max_page_count is SQLite's";
  ASSERT_TRUE(db_->select({"PRAGMA max_page_count = 8", 1}).ok());
  const std::string big(4000, 'x');
  ASSERT_TRUE(db_->begin().ok());
  Result<std::int64_t> last = 0;
  for (int i = 0; i < 10 && last; ++i)
    last = db_->execute("INSERT INTO things VALUES (?, ?, ?)", {i, std::to_string(i), big});
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(db_->failure(), Failure::kFull);
  db_->rollback();
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(db_->usable());
}

TEST_F(ConnectionTest, AfterADatabaseEndedTheTransactionNothingIsWrittenInItsPlace) {
  if (database_.is_mysql()) GTEST_SKIP() << "max_page_count is SQLite's";
  ASSERT_TRUE(db_->begin().ok());
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (1, 'before', NULL)").ok());
  ASSERT_TRUE(db_->select({"PRAGMA max_page_count = 8", 1}).ok());
  ASSERT_FALSE(db_->execute("INSERT INTO things VALUES (2, 'large', ?)", {std::string(100'000, 'x')}).ok());
  ASSERT_TRUE(is_full(db_->execute("INSERT INTO things VALUES (3, 'after', NULL)").error()));
  EXPECT_EQ(db_->failure(), Failure::kFull);
  EXPECT_TRUE(is_full(db_->commit().error()));
  db_->rollback();
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(db_->begin().ok());
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (4, 'anew', NULL)").ok());
  ASSERT_TRUE(db_->commit().ok());
  EXPECT_EQ(count(), 1);
}

TEST_F(ConnectionTest, LockedIsBusy) {
  if (database_.is_mysql()) GTEST_SKIP() << "row locks there";
  auto hasty = database_.get();
  hasty.patience_s = 0;
  auto other = Connection::open(hasty, Access::kWrite);
  ASSERT_TRUE(other.ok()) << other.error().message;
  ASSERT_TRUE(db_->begin().ok());
  EXPECT_EQ(other.value()->begin().error().code, Error::Code::kOverloaded);
  EXPECT_EQ(other.value()->failure(), Failure::kBusy);
  db_->rollback();
  EXPECT_TRUE(other.value()->begin().ok());
  other.value()->rollback();
}

TEST_F(ConnectionTest, WhoOpensForWritingEmptiesTheLog) {
  if (database_.is_mysql()) GTEST_SKIP() << "the log is SQLite's";
  ASSERT_TRUE(db_->execute("INSERT INTO things VALUES (1, 'a', 'x')").ok());
  const auto log = database_.get().path + "-wal";
  ASSERT_GT(std::filesystem::file_size(log), 0U);
  const auto reader = Connection::open(database_.get(), Access::kRead);
  ASSERT_TRUE(reader.ok());
  EXPECT_GT(std::filesystem::file_size(log), 0U);
  const auto writer = database_.open();
  EXPECT_EQ(std::filesystem::file_size(log), 0U);
  EXPECT_EQ(count(), 1);
}

TEST_F(ConnectionTest, PoolLendsSoManyAndNoMore) {
  ConnectionPool pool(database_.get(), Access::kRead, 2);
  {
    auto first = pool.take(), second = pool.take();
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_EQ(pool.take(std::chrono::milliseconds(1)).error().code, Error::Code::kOverloaded);
  }
  auto again = pool.take(std::chrono::milliseconds(1));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE((*again.value()).select({"SELECT COUNT(*) FROM things", 1}).ok());
}

}  // namespace
}  // namespace im::sql
