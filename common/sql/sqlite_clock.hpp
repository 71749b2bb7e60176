#pragma once

#include <string>
#include <string_view>

namespace im::sql {

/// For SQLite: a time of its own ('now', a column, "?") in Unix ms. SQLite counts in whole milliseconds, but tells days
/// as a number with a fraction, which is often a little too small: without ROUND every second time would be 1 ms early.
inline std::string sqlite_unix_ms(std::string_view time) {
  return "CAST(ROUND((julianday(" + std::string(time) + ") - 2440587.5) * 86400000) AS INTEGER)";
}

}  // namespace im::sql
