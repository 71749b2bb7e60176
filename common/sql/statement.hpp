#pragma once

#include <deque>
#include <soci/soci.h>
#include <string>
#include <string_view>
#include <vector>

#include "common/sql/connection.hpp"

namespace im::sql {

/// A prepared statement of SOCI with the places its arguments and columns live in. SOCI binds addresses, so the places
/// stay where they are as long as the statement lives. Throws what SOCI throws.
class Statement {
 public:
  Statement(soci::session& session, const Query& query, const Values& values);

  /// Whether these arguments fit the types it was prepared with (NULL fits all).
  bool fits(const Values& values) const;
  std::int64_t execute(const Values& values);
  Rows select(const Values& values);

 private:
  struct Argument {
    bool is_number = false;
    long long number = 0;
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };
  struct Column {
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };
  void take(const Values& values);

  soci::statement statement_;
  std::deque<Argument> arguments_;
  std::deque<Column> columns_;
};

}  // namespace im::sql
