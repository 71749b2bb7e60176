#include "logic/console/admin_log.hpp"

#include <limits>

namespace im::logic {

Result<std::int64_t> AdminLog::add(const AdminLogRow& row) {
  return store_.lanes().write<std::int64_t>(0, [&](store::Write& into) {
    return into.db.insert(
        "INSERT INTO admin_log (ts, login, role, address, action, detail, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {into.now_ms, row.login, row.role, row.address, row.action, row.detail, row.outcome});
  });
}

Status AdminLog::end(std::int64_t id, int outcome) {
  return store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    const auto done = into.db.execute("UPDATE admin_log SET outcome = ? WHERE id = ?", {outcome, id});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

Result<std::vector<AdminLogRow>> AdminLog::rows(std::int64_t before, int limit) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(
      {"SELECT id, ts, login, role, address, action, detail, outcome FROM admin_log WHERE id < ? ORDER BY id DESC "
       "LIMIT ?",
       8},
      {before > 0 ? before : std::numeric_limits<std::int64_t>::max(), limit});
  if (!rows.ok()) return rows.error();
  std::vector<AdminLogRow> out;
  for (const sql::Row& row : rows.value())
    out.push_back(
        {row.number(0), row.number(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.number(7)});
  return out;
}

}  // namespace im::logic
