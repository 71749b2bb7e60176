#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/sql/database.hpp"

namespace im::imctl {

/// Runs a client program of MariaDB ("mariadb-dump", "mariadb") on this database and waits for it. The password goes
/// through the environment. `from` and `to` are files for its input and output; empty: none. The error has what it
/// said.
Status run_client_program(const std::string& program, const sql::Database& database,
                          const std::vector<std::string>& flags, const std::string& from, const std::string& to);

}  // namespace im::imctl
