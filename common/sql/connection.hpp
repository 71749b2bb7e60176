#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/sql/database.hpp"
#include "common/sql/failure.hpp"
#include "common/sql/value.hpp"

namespace im::sql {

/// A statement: its text with `?` for each argument (so never one in a literal), and how many columns a row has.
struct Query {
  std::string_view text;
  std::size_t columns = 0;
};

enum class Access {
  kRead,
  kWrite,
  kReadAlone,  ///< SQLite: nobody else may have it open meanwhile, and it takes no room on the disk
};

/// One connection to the database. Blocking; one thread at a time. Nothing throws.
/// Statements are prepared once per text and kept; after any failure the statement is prepared anew.
class Connection {
 public:
  /// SQLite: WAL, foreign keys, synchronous=FULL (a commit is on the disk), busy timeout; readers cannot write, and who
  /// writes begins with what the log holds written to the file and synced
  /// (docs/decisions/0098-a-log-is-emptied-before-it-grows.md). MySQL: utf8mb4, strict, READ COMMITTED, deadlines for
  /// connect, read, write and row locks.
  static Result<std::unique_ptr<Connection>> open(const Database& database, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Engine engine() const;

  /// How many rows the statement matched.
  Result<std::int64_t> execute(std::string_view text, const Values& values = {});
  Result<Rows> select(const Query& query, const Values& values = {});
  /// INSERT into a table whose key the database counts: the key.
  Result<std::int64_t> insert(std::string_view text, const Values& values = {});

  /// A transaction that will write (SQLite takes the write lock at once, so a later statement cannot be refused it).
  Status begin();
  Status commit();
  /// Quiet: what cannot be rolled back is already gone.
  void rollback();

  /// The database's clock, Unix ms.
  Result<std::int64_t> clock_ms();

  /// Statements that changed rows, ever: whoever compares it knows whether something was written.
  std::uint64_t writes() const;
  /// Statements that were run, ever.
  std::uint64_t statements() const;
  /// Of the last call.
  Failure failure() const;
  /// False after kGone: open another.
  bool usable() const;

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::sql
