#include "tools/imctl/store/store_copy.hpp"

#include <algorithm>
#include <filesystem>

#include "common/sql/connection.hpp"
#include "common/sql/lock_file.hpp"
#include "tools/imctl/store/client_program.hpp"

namespace im::imctl {

namespace fs = std::filesystem;

namespace {

Error cannot(const std::string& what, const std::string& file, const std::error_code& why) {
  return {Error::Code::kUnavailable, "cannot " + what + " " + file + ": " + why.message()};
}

Status rename_to(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return cannot("make", to, error);
  return Ok{};
}

Status copy_sqlite(const sql::Database& database, const std::string& to) {
  if (!fs::exists(database.path)) return Error{Error::Code::kNotFound, "there is no " + database.path};
  auto db = sql::Connection::open(database, sql::Access::kWrite);
  if (!db) return db.error();
  if (auto copied = db.value()->execute("VACUUM INTO ?", {to}); !copied) return copied.error();
  return Ok{};
}

/// Of the store that `database` is now. Later than the one before, also when the clock went back.
Result<std::string> new_epoch(const sql::Database& database) {
  auto db = sql::Connection::open(database, sql::Access::kWrite);
  if (!db) return db.error();
  auto rows = db.value()->select({"SELECT value FROM store_info WHERE name = 'epoch'", 1});
  if (!rows) return rows.error();
  auto now = db.value()->clock_ms();
  if (!now) return now.error();
  const std::int64_t before = rows.value().empty() ? 0 : rows.value().front().number(0);
  const std::string epoch = std::to_string(std::max(now.value(), before + 1));
  auto gone = db.value()->execute("DELETE FROM store_info WHERE name = 'epoch'");
  if (!gone) return gone.error();
  auto made = db.value()->execute("INSERT INTO store_info (name, value) VALUES ('epoch', ?)", {epoch});
  if (!made) return made.error();
  return epoch;
}

/// A database file and what SQLite keeps beside it.
void remove_all_of(const std::string& path) {
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm"}) fs::remove(path + end, ignored);
}

Result<std::string> restore_sqlite(const sql::Database& database, const std::string& file) {
  auto lock = sql::LockFile::take(database.path + ".lock");
  if (!lock) return Error{lock.error().code, "stop logic first: " + lock.error().message};
  // Its epoch is made beside the store: who is interrupted has the old store or the new one.
  sql::Database beside = database;
  beside.path = database.path + ".restored";
  remove_all_of(beside.path);
  std::error_code error;
  fs::copy_file(file, beside.path, error);
  if (error) return cannot("copy", file, error);
  auto epoch = new_epoch(beside);
  if (!epoch) {
    remove_all_of(beside.path);
    return Error{epoch.error().code, file + " is no copy of a store: " + epoch.error().message};
  }
  // What SQLite left beside the old file belongs to it.
  for (const char* end : {"-wal", "-shm"}) fs::remove(database.path + end, error);
  if (const auto put = rename_to(beside.path, database.path); !put) return put.error();
  remove_all_of(beside.path);
  return epoch;
}

Status alone(const sql::Database& database) {
  auto db = sql::Connection::open(database, sql::Access::kRead);
  if (!db) return db.error();
  auto rows = db.value()->select(
      {"SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()", 1});
  if (!rows) return rows.error();
  const std::int64_t others = rows.value().front().number(0);
  if (others == 0) return Ok{};
  return Error{Error::Code::kConflict,
               "stop all logics first: " + std::to_string(others) + " connections use " + database.description};
}

Result<std::string> restore_mysql(const sql::Database& database, const std::string& file) {
  if (const auto free = alone(database); !free) return free.error();
  if (const auto put = run_client_program("mariadb", database, {}, file, ""); !put) return put.error();
  return new_epoch(database);
}

}  // namespace

Status backup_store(const sql::Database& database, const std::string& file) {
  if (fs::exists(file)) return Error{Error::Code::kConflict, file + " is there; give another name"};
  const std::string beside = file + ".part";
  std::error_code error;
  fs::remove(beside, error);
  const Status copied =
      database.engine == sql::Engine::kSqlite
          ? copy_sqlite(database, beside)
          : run_client_program("mariadb-dump", database,
                               {"--single-transaction", "--skip-lock-tables", "--hex-blob", "--no-tablespaces"}, "",
                               beside);
  if (!copied.ok()) {
    fs::remove(beside, error);
    return copied.error();
  }
  fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, error);
  return rename_to(beside, file);
}

Result<std::string> restore_store(const sql::Database& database, const std::string& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return Error{Error::Code::kNotFound, "there is no " + file};
  return database.engine == sql::Engine::kSqlite ? restore_sqlite(database, file) : restore_mysql(database, file);
}

}  // namespace im::imctl
