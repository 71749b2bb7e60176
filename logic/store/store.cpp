#include "logic/store/store.hpp"

#include "logic/store/schema.hpp"

namespace im::logic::store {

namespace {

constexpr sql::Query kEpoch{"SELECT value FROM store_info WHERE name = 'epoch'", 1};

Result<std::optional<sql::LockFile>> take_lock(const sql::Database& database) {
  if (database.engine == sql::Engine::kMysql) return std::optional<sql::LockFile>();
  auto lock = sql::LockFile::take(database.path + ".lock");
  if (!lock)
    return Error{lock.error().code,
                 "SQLite serves one logic (" + lock.error().message + "); for several use MySQL or MariaDB"};
  return std::optional<sql::LockFile>(std::move(lock).value());
}

/// The epoch, made by whoever comes first.
Result<std::string> epoch_of(sql::Connection& db) {
  for (int i = 0; i < 2; ++i) {
    auto rows = db.select(kEpoch);
    if (!rows) return rows.error();
    if (!rows.value().empty()) return rows.value().front().text(0);
    auto now = db.clock_ms();
    if (!now) return now.error();
    // A conflict: another logic was faster, and the next look finds its epoch.
    auto made = db.execute("INSERT INTO store_info (name, value) VALUES ('epoch', ?)", {std::to_string(now.value())});
    if (!made && made.error().code != Error::Code::kConflict) return made.error();
  }
  return Error{Error::Code::kInternal, "the store has no epoch"};
}

Result<std::string> prepare(const sql::Database& database) {
  auto db = sql::Connection::open(database, sql::Access::kWrite);
  if (!db) return db.error();
  if (auto migrated = sql::migrate(*db.value(), migrations()); !migrated) return migrated.error();
  return epoch_of(*db.value());
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, OutboxSink& sink) {
  auto lock = take_lock(options.database);
  if (!lock) return lock.error();
  auto epoch = prepare(options.database);
  if (!epoch) return epoch.error();
  return std::unique_ptr<Store>(new Store(options, sink, std::move(lock).value(), std::move(epoch).value()));
}

Status Store::look(const sql::Database& database) {
  const auto lock = take_lock(database);
  if (!lock) return lock.error();
  const auto epoch = prepare(database);
  return epoch ? Status(Ok{}) : Status(epoch.error());
}

Store::Store(const StoreOptions& options, OutboxSink& sink, std::optional<sql::LockFile> lock, std::string epoch)
    : options_(options),
      lock_(std::move(lock)),
      epoch_(std::move(epoch)),
      readers_(options.database, sql::Access::kRead, options.readers),
      lanes_(options.database, options.lanes, options.lane, sink) {}

}  // namespace im::logic::store
