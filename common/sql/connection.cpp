#include "common/sql/connection.hpp"

#include <optional>
#include <soci/mysql/soci-mysql.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unordered_map>

#include "common/sql/failure_of.hpp"
#include "common/sql/sqlite_clock.hpp"
#include "common/sql/statement.hpp"

namespace im::sql {

namespace {

constexpr std::size_t kKeptStatements = 256;

std::string sqlite_parameters(const Database& database) {
  return "dbname=\"" + database.path + "\" timeout=" + std::to_string(database.patience_s);
}

std::string mysql_parameters(const Database& database) {
  const auto patience = std::to_string(database.patience_s);
  const auto place = database.host.empty() ? "unix_socket='" + database.socket + "'"
                                           : "host='" + database.host + "' port=" + std::to_string(database.port);
  return "db='" + database.name + "' user='" + database.user + "' password='" + database.password + "' " + place +
         " charset=utf8mb4 connect_timeout=" + patience + " read_timeout=" + std::to_string(2 * database.patience_s) +
         " write_timeout=" + patience;
}

}  // namespace

struct Connection::Impl {
  soci::session session;
  Engine engine = Engine::kSqlite;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements;
  std::uint64_t writes = 0, run = 0;
  Failure failure = Failure::kNone;
  bool usable = true;
  bool in_transaction = false;
  /// Why the database has ended the transaction by itself. Until it is rolled back nothing more is run: each statement
  /// would be a transaction of its own.
  std::optional<Error> lost;
  Failure lost_by = Failure::kNone;

  Statement& statement(const Query& query, const Values& values) {
    ++run;
    if (statements.size() > kKeptStatements) statements.clear();
    auto& kept = statements[std::string(query.text)];
    if (!kept || !kept->fits(values)) kept = std::make_unique<Statement>(session, query, values);
    return *kept;
  }

  /// Runs `work`, which may throw; a statement that failed is not used again (SOCI has finalised it).
  template <class Work>
  auto guarded(std::string_view text, Work work) -> Result<decltype(work())> {
    if (lost) {
      failure = lost_by;
      return *lost;
    }
    try {
      failure = Failure::kNone;
      return work();
    } catch (const std::exception& thrown) {
      failure = failure_of(thrown);
      if (failure == Failure::kGone) usable = false;
      statements.erase(std::string(text));
      const Error error = error_of(failure, text_of(thrown));
      if (in_transaction && has_ended_it()) {
        lost = error;
        lost_by = failure;
      }
      return error;
    }
  }

  /// After a failure: SQLite rolls back everything when the disk is full or fails, servers when they choose another
  /// one.
  bool has_ended_it() {
    if (failure == Failure::kGone) return true;
    return engine == Engine::kMysql ? failure == Failure::kDeadlock : takes_another();
  }
  /// SQLite begins no transaction inside another one.
  bool takes_another() {
    try {
      Statement(session, {"BEGIN"}, {}).execute({});
      Statement(session, {"ROLLBACK"}, {}).execute({});
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  void prepare_sqlite(Access access);
  void prepare_mysql(const Database& database, Access access);
};

void Connection::Impl::prepare_sqlite(Access access) {
  auto pragma = [this](const char* text) { Statement(session, {text}, {}).execute({}); };
  if (access == Access::kReadAlone) pragma("PRAGMA locking_mode = EXCLUSIVE");  // so its index of the log is in memory
  if (access == Access::kWrite) pragma("PRAGMA journal_mode = WAL");
  pragma("PRAGMA synchronous = FULL");
  pragma("PRAGMA foreign_keys = ON");
  pragma("PRAGMA temp_store = MEMORY");
  pragma("PRAGMA journal_size_limit = 67108864");
  if (access != Access::kWrite) pragma("PRAGMA query_only = ON");
  // What a log holds that another process left may never have reached the disk: decision 98.
  if (access == Access::kWrite) pragma("PRAGMA wal_checkpoint(TRUNCATE)");
}

void Connection::Impl::prepare_mysql(const Database& database, Access access) {
  auto set = [this](const std::string& text) { Statement(session, {"SET SESSION " + text}, {}).execute({}); };
  set("sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'");
  set("TRANSACTION ISOLATION LEVEL READ COMMITTED");
  set("time_zone = '+00:00'");
  set("innodb_lock_wait_timeout = " + std::to_string(database.patience_s));
  set("collation_connection = 'utf8mb4_bin'");
  if (access != Access::kWrite) set("TRANSACTION READ ONLY");
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Database& database, Access access) {
  auto impl = std::make_unique<Impl>();
  impl->engine = database.engine;
  auto opened = impl->guarded("", [&] {
    if (database.engine == Engine::kSqlite) {
      impl->session.open(soci::sqlite3, sqlite_parameters(database));
      impl->prepare_sqlite(access);
    } else {
      impl->session.open(soci::mysql, mysql_parameters(database));
      impl->prepare_mysql(database, access);
    }
    return true;
  });
  if (!opened) return opened.error();
  return std::unique_ptr<Connection>(new Connection(std::move(impl)));
}

Engine Connection::engine() const { return impl_->engine; }

Result<std::int64_t> Connection::execute(std::string_view text, const Values& values) {
  return impl_->guarded(text, [&] {
    const auto rows = impl_->statement({text}, values).execute(values);
    if (rows > 0) ++impl_->writes;
    return rows;
  });
}

Result<Rows> Connection::select(const Query& query, const Values& values) {
  return impl_->guarded(query.text, [&] { return impl_->statement(query, values).select(values); });
}

Result<std::int64_t> Connection::insert(std::string_view text, const Values& values) {
  if (auto done = execute(text, values); !done) return done.error();
  return impl_->guarded(text, [&] {
    long long id = 0;
    impl_->session.get_last_insert_id("", id);
    return std::int64_t{id};
  });
}

Status Connection::begin() {
  const bool sqlite = impl_->engine == Engine::kSqlite;
  impl_->lost.reset();
  if (auto begun = execute(sqlite ? "BEGIN IMMEDIATE" : "START TRANSACTION"); !begun) return begun.error();
  impl_->in_transaction = true;
  return Ok{};
}

Status Connection::commit() {
  if (auto done = execute("COMMIT"); !done) return done.error();
  impl_->in_transaction = false;
  return Ok{};
}

void Connection::rollback() {
  const auto failure = impl_->failure;
  impl_->in_transaction = false;
  impl_->lost.reset();
  (void)execute("ROLLBACK");
  if (impl_->failure != Failure::kGone) impl_->failure = failure;
}

Result<std::int64_t> Connection::clock_ms() {
  static const std::string kSqliteNow = "SELECT " + sqlite_unix_ms("'now'");
  const Query query = impl_->engine == Engine::kSqlite
                          ? Query{kSqliteNow, 1}
                          : Query{"SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)", 1};
  auto rows = select(query);
  if (!rows) return rows.error();
  return rows.value().front().number(0);
}

std::uint64_t Connection::writes() const { return impl_->writes; }
std::uint64_t Connection::statements() const { return impl_->run; }
Failure Connection::failure() const { return impl_->failure; }
bool Connection::usable() const { return impl_->usable; }

}  // namespace im::sql
