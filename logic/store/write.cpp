#include "logic/store/write.hpp"

#include <algorithm>
#include <iterator>

namespace im::logic::store {

Status Write::insert(std::string_view into, sql::Values row) {
  ++inserted_;
  if (!gathers_) return send({into, row.size(), std::move(row)});
  auto rows = std::ranges::find(waiting_, into, &Rows::into);
  if (rows == waiting_.end()) rows = waiting_.insert(rows, {into, row.size(), {}});
  std::ranges::move(row, std::back_inserter(rows->values));
  return Ok{};
}

Status Write::flush() {
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& rows : waiting)
    if (auto sent = send(rows); !sent) return sent;
  return heads_.flush(db);
}

Status Write::begin_entry(bool blind) {
  blind_ = blind;
  return blind ? Status(Ok{}) : flush();
}

/// What it has read may be another by now, for all that is known here.
Status Write::end_entry() { return blind_ ? Status(Ok{}) : heads_.flush(db); }

Status Write::send(const Rows& rows) {
  std::string text(rows.into);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    const bool first = i % rows.columns == 0;
    text += first ? (i == 0 ? " (?" : "), (?") : ", ?";
  }
  text += ')';
  auto done = db.execute(text, rows.values);
  return done ? Status(Ok{}) : Status(done.error());
}

}  // namespace im::logic::store
