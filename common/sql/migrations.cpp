#include "common/sql/migrations.hpp"

#include <array>
#include <utility>

#include "common/base/log.hpp"

namespace im::sql {

namespace {

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL,"
    " at_ms BIGINT NOT NULL)";
constexpr Query kNewest{"SELECT MAX(number) FROM schema_version", 1};
// Asked again and again: an answer that takes longer than the connection's patience is a lost connection.
constexpr Query kLock{"SELECT GET_LOCK('im_schema', 1)", 1};
constexpr int kLockAsks = 60;
constexpr Query kUnlock{"SELECT RELEASE_LOCK('im_schema')", 1};

struct Token {
  std::string_view name, sqlite, mysql;
};
constexpr std::array<Token, 4> kTokens{{
    {"{id}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT PRIMARY KEY AUTO_INCREMENT"},
    {"{name}", "TEXT", "VARCHAR(190)"},
    {"{text}", "TEXT", "MEDIUMTEXT"},
    {"{table}", "", "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"},
}};

std::string with_tokens(std::string text, Engine engine) {
  for (const auto& token : kTokens) {
    const auto& value = engine == Engine::kSqlite ? token.sqlite : token.mysql;
    for (auto at = text.find(token.name); at != std::string::npos; at = text.find(token.name, at + value.size()))
      text.replace(at, token.name.size(), value);
  }
  return text;
}

/// The line without the mark of its engine; empty when it is for the other one or a comment.
std::string_view line_for(std::string_view line, Engine engine) {
  constexpr std::string_view kSqliteMark = "-- sqlite: ", kMysqlMark = "-- mysql: ";
  const auto& mine = engine == Engine::kSqlite ? kSqliteMark : kMysqlMark;
  if (line.starts_with(mine)) return line.substr(mine.size());
  return line.starts_with("--") ? std::string_view() : line;
}

Error failed(const Migration& migration, const Error& why) {
  return {why.code,
          "migration " + std::to_string(migration.number) + " (" + std::string(migration.name) + "): " + why.message};
}

Status apply(Connection& connection, const Migration& migration) {
  for (const auto& statement : statements_of(migration.text, connection.engine()))
    if (auto done = connection.execute(statement); !done) return failed(migration, done.error());
  if (migration.then != nullptr)
    if (auto done = migration.then(connection); !done) return failed(migration, done.error());
  auto now = connection.clock_ms();
  if (!now) return now.error();
  auto noted = connection.execute("INSERT INTO schema_version (number, name, at_ms) VALUES (?, ?, ?)",
                                  {migration.number, migration.name, now.value()});
  if (!noted) return noted.error();
  return Ok{};
}

Result<int> apply_missing(Connection& connection, const std::vector<Migration>& migrations) {
  if (auto made = connection.execute(kTable); !made) return made.error();
  auto rows = connection.select(kNewest);
  if (!rows) return rows.error();
  const auto have = rows.value().front().number(0);
  const int newest = migrations.empty() ? 0 : migrations.back().number;
  if (have > newest)
    return Error{Error::Code::kConflict, "the database has schema " + std::to_string(have) + ", this program knows " +
                                             std::to_string(newest) + ": start the newer program"};
  for (const auto& migration : migrations) {
    if (migration.number <= have) continue;
    if (auto done = apply(connection, migration); !done) return done.error();
    log::info("schema migrated", {{"number", migration.number}, {"name", migration.name}});
  }
  return newest;
}

/// SQLite: all of it or nothing.
Result<int> migrate_sqlite(Connection& connection, const std::vector<Migration>& migrations) {
  if (auto begun = connection.begin(); !begun) return begun.error();
  auto done = apply_missing(connection, migrations);
  if (done) {
    if (auto committed = connection.commit(); committed)
      return done;
    else
      done = committed.error();
  }
  connection.rollback();
  return done;
}

Result<bool> lock_schema(Connection& connection) {
  for (int i = 0; i < kLockAsks; ++i) {
    const auto locked = connection.select(kLock);
    if (!locked) return locked.error();
    if (locked.value().front().number(0) == 1) return true;
  }
  return false;
}

Result<int> migrate_mysql(Connection& connection, const std::vector<Migration>& migrations) {
  auto locked = lock_schema(connection);
  if (!locked) return locked.error();
  if (!locked.value())
    return Error{Error::Code::kOverloaded, "another process migrates the schema for a minute already"};
  auto done = apply_missing(connection, migrations);
  (void)connection.select(kUnlock);
  return done;
}

}  // namespace

std::vector<std::string> statements_of(std::string_view text, Engine engine) {
  std::vector<std::string> statements;
  std::string statement;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = line_for(text.substr(0, end), engine);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const bool last = line.ends_with(';');
    if (last) line.remove_suffix(1);
    if (!line.empty()) statement.append(line).append(" ");
    if (!last || statement.empty()) continue;
    statements.push_back(with_tokens(std::exchange(statement, {}), engine));
  }
  return statements;
}

Result<int> migrate(Connection& connection, const std::vector<Migration>& migrations) {
  return connection.engine() == Engine::kSqlite ? migrate_sqlite(connection, migrations)
                                                : migrate_mysql(connection, migrations);
}

}  // namespace im::sql
