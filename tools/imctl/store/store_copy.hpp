#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/sql/database.hpp"

namespace im::imctl {

/// A copy of the whole store as it was at one moment, while logics go on: a database file (SQLite) or SQL text
/// (MySQL, by mariadb-dump). The file appears when it is whole; kConflict: there is one.
Status backup_store(const sql::Database& database, const std::string& file);

/// Puts a copy in place of the store and gives it a new epoch, so that clients read everything anew; gives that epoch.
/// kConflict: a logic is at work on the store.
Result<std::string> restore_store(const sql::Database& database, const std::string& file);

}  // namespace im::imctl
