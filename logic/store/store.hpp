#pragma once

#include <memory>
#include <optional>

#include "common/sql/connection_pool.hpp"
#include "common/sql/lock_file.hpp"
#include "logic/store/write_lanes.hpp"

namespace im::logic::store {

struct StoreOptions {
  sql::Database database;
  std::size_t lanes = 4;
  std::size_t readers = 4;
  LaneOptions lane;
};

/// The database of one logic: schema brought up to date, connections to read, lanes to write. All calls block; never
/// from a thread of an io_context.
class Store {
 public:
  /// kConflict: another logic has the SQLite file, or a newer program has written it.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, OutboxSink& sink);
  /// Whether it can be opened now; nothing of it stays open.
  static Status look(const sql::Database& database);

  Result<sql::ConnectionPool::Lease> reader() { return readers_.take(); }
  WriteLanes& lanes() { return lanes_; }
  const sql::Database& database() const { return options_.database; }
  /// Changes when a backup was restored: then clients sync from the beginning.
  const std::string& epoch() const { return epoch_; }
  void stop() { lanes_.stop(); }

 private:
  Store(const StoreOptions& options, OutboxSink& sink, std::optional<sql::LockFile> lock, std::string epoch);

  const StoreOptions options_;
  std::optional<sql::LockFile> lock_;
  const std::string epoch_;
  sql::ConnectionPool readers_;
  WriteLanes lanes_;
};

}  // namespace im::logic::store
