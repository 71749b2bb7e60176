#pragma once

#include <cstdlib>
#include <string>

#include "common/sql/connection.hpp"
#include "tests/support/temp_folder.hpp"

namespace im::test {

/// An empty database for one test: a SQLite file, or with IM_TEST_DSN in the environment the MySQL server it names
/// (whose database is emptied: never one with anything in it that matters).
class TestDatabase {
 public:
  TestDatabase() {
    const char* const dsn = std::getenv("IM_TEST_DSN");
    database_ = sql::parse_database(dsn ? dsn : "sqlite:" + folder_.file("test.db")).value();
    if (dsn) empty();
  }
  const sql::Database& get() const { return database_; }
  bool is_mysql() const { return database_.engine == sql::Engine::kMysql; }
  std::unique_ptr<sql::Connection> open(sql::Access access = sql::Access::kWrite) const {
    auto opened = sql::Connection::open(database_, access);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(opened).value();
  }

 private:
  void empty() {
    auto connection = open();
    (void)connection->execute("SET SESSION foreign_key_checks = 0");
    const auto tables = connection->select(
        {"SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE()", 2});
    for (const auto& row : tables.value())
      (void)connection->execute((row.text(1) == "VIEW" ? "DROP VIEW " : "DROP TABLE ") + row.text(0));
  }

  TempFolder folder_;
  sql::Database database_;
};

}  // namespace im::test
