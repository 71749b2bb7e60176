#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/sql/connection.hpp"

namespace im::sql {

/// One step of the schema. The text is SQL for both engines:
///   {id} a key that the database counts; {name} short text, compared byte by byte; {text} long text; {table} what ends
///   a CREATE TABLE. A line that begins with "-- sqlite: " or "-- mysql: " is for that one only. Statements end with
///   ";\n".
/// MySQL commits each statement, so every one has to be repeatable (IF NOT EXISTS).
struct Migration {
  int number = 0;  ///< 1, 2, 3, …
  std::string_view name;
  std::string_view text;
  Status (*then)(Connection&) = nullptr;  ///< what SQL cannot do, after it; repeatable as well
};

/// The statements of a migration in one engine.
std::vector<std::string> statements_of(std::string_view text, Engine engine);

/// Brings the schema to the newest number, under a lock against others that do the same; gives that number.
/// kConflict: the database is newer than this program.
Result<int> migrate(Connection& connection, const std::vector<Migration>& migrations);

}  // namespace im::sql
