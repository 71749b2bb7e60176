#include "common/sql/migrations.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_database.hpp"

namespace im::sql {
namespace {

const std::vector<Migration> kTwo = {
    {1, "things", "CREATE TABLE IF NOT EXISTS things (id {id}, name {name} NOT NULL) {table};\n"},
    {2, "notes",
     "-- a comment\n"
     "-- sqlite: CREATE TABLE notes (id {id}, mine INT);\n"
     "-- mysql: CREATE TABLE IF NOT EXISTS notes (id {id}, mine INT) {table};\n"
     "INSERT INTO things (name) VALUES ('made');\n"},
};

TEST(Migrations, StatementsOfOneEngine) {
  EXPECT_EQ(statements_of(kTwo[1].text, Engine::kSqlite),
            (std::vector<std::string>{"CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, mine INT) ",
                                      "INSERT INTO things (name) VALUES ('made') "}));
  EXPECT_EQ(statements_of(kTwo[1].text, Engine::kMysql).front().substr(0, 76),
            "CREATE TABLE IF NOT EXISTS notes (id BIGINT PRIMARY KEY AUTO_INCREMENT, mine");
}

TEST(Migrations, EachOnceAndRowsStay) {
  const test::TestDatabase database;
  auto db = database.open();
  ASSERT_EQ(migrate(*db, {kTwo[0]}).value(), 1);
  ASSERT_TRUE(db->execute("INSERT INTO things (name) VALUES ('old')").ok());
  for (int i = 0; i < 2; ++i) {
    const auto done = migrate(*db, kTwo);
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(done.value(), 2);
  }
  const auto rows = db->select({"SELECT name FROM things ORDER BY id", 1}).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].text(0), "old");
}

TEST(Migrations, OlderProgramRefuses) {
  const test::TestDatabase database;
  auto db = database.open();
  ASSERT_TRUE(migrate(*db, kTwo).ok());
  const auto refused = migrate(*db, {kTwo[0]});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Error::Code::kConflict);
}

TEST(Migrations, AFailedOneLeavesNothing) {
  const test::TestDatabase database;
  if (database.is_mysql()) GTEST_SKIP() << "MySQL commits each statement";
  auto db = database.open();
  ASSERT_TRUE(migrate(*db, {kTwo[0]}).ok());
  const auto failed = migrate(*db, {kTwo[0], {2, "bad", "CREATE TABLE half (id {id});\nNONSENSE;\n"}});
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().message.find("migration 2 (bad)"), std::string::npos);
  EXPECT_FALSE(db->select({"SELECT COUNT(*) FROM half", 1}).ok());
  EXPECT_TRUE(migrate(*db, kTwo).ok());
}

}  // namespace
}  // namespace im::sql
