#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/sql/connection.hpp"

namespace im::imctl {

struct StoreReport {
  std::int64_t conversations = 0, messages = 0;
  std::string epoch;
  std::vector<std::string> problems;  ///< empty: it is sound
};

/// Looks whether chat's tables hold what the services rely on: dense numbers, rows that belong to something, marks that
/// do not run ahead. Reads only; a logic may be at work meanwhile.
Result<StoreReport> check_store(sql::Connection& db);

}  // namespace im::imctl
