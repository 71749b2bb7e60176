#include "common/sql/database.hpp"

#include <gtest/gtest.h>

namespace im::sql {
namespace {

TEST(ParseDatabase, Sqlite) {
  const auto database = parse_database("sqlite:/var/lib/im/im.db").value();
  EXPECT_EQ(database.engine, Engine::kSqlite);
  EXPECT_EQ(database.path, "/var/lib/im/im.db");
}

TEST(ParseDatabase, Mysql) {
  const auto database = parse_database("mysql://im:p%40ss%3A%2F@db.example:3307/chat").value();
  EXPECT_EQ(database.engine, Engine::kMysql);
  EXPECT_EQ(database.user, "im");
  EXPECT_EQ(database.password, "p@ss:/");
  EXPECT_EQ(database.host, "db.example");
  EXPECT_EQ(database.port, 3307);
  EXPECT_EQ(database.name, "chat");
  EXPECT_EQ(database.description, "mysql im@db.example:3307/chat");
}

TEST(ParseDatabase, MysqlSocket) {
  const auto database = parse_database("mysql://im@/chat?socket=/run/mysqld/mysqld.sock").value();
  EXPECT_EQ(database.socket, "/run/mysqld/mysqld.sock");
  EXPECT_TRUE(database.host.empty());
  EXPECT_EQ(database.name, "chat");
}

TEST(ParseDatabase, WrongOnesAreRefusedWithoutThePassword) {
  for (const char* dsn : {"", "sqlite:", "sqlite:a'b", "postgres://x", "mysql://", "mysql://host/db",
                          "mysql://u:secret@/db", "mysql://u:secret@host:0/db", "mysql://u:secret@host:x/db",
                          "mysql://u:secret@host/", "mysql://u:secret%zz@host/db", "mysql://u:se'cret@host/db",
                          "mysql://:secret@host/db", "mysql://u:secret@host/db?socket=/x"}) {
    const auto database = parse_database(dsn);
    ASSERT_FALSE(database.ok()) << dsn;
    EXPECT_EQ(database.error().code, Error::Code::kInvalid);
    EXPECT_EQ(database.error().message.find("secret"), std::string::npos) << database.error().message;
  }
}

}  // namespace
}  // namespace im::sql
