#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::sql {

enum class Engine { kSqlite, kMysql };

/// Where the database is and how patient its connections are.
struct Database {
  Engine engine = Engine::kSqlite;
  std::string path;  ///< SQLite: the file
  std::string host;  ///< MySQL: an address; empty: the socket
  int port = 3306;
  std::string socket;
  std::string user;
  std::string password;
  std::string name;         ///< MySQL: the database
  int patience_s = 5;       ///< a lock that somebody holds, an answer that does not come
  std::string description;  ///< for logs: no password
};

/// "sqlite:PATH" or "mysql://USER[:PASSWORD]@HOST[:PORT]/NAME" or "mysql://USER[:PASSWORD]@/NAME?socket=PATH"; user and
/// password percent-encoded where they have signs of their own. kInvalid says what is wrong, without the password.
Result<Database> parse_database(std::string_view dsn);

}  // namespace im::sql
