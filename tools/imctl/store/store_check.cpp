#include "tools/imctl/store/store_check.hpp"

namespace im::imctl {

namespace {

/// Rows that must not be there: what they are, and the question for them (`what` is one column, for people).
struct Rule {
  std::string_view what;
  std::string_view text;
};

constexpr std::size_t kShown = 5;  ///< of each rule

/// One statement each, so that a logic that writes meanwhile is seen before or after a commit, never within.
constexpr Rule kRules[] = {
    {"conversation whose numbers have a gap",
     "SELECT c.conv_id FROM conversations c JOIN messages m ON m.conv_id = c.conv_id GROUP BY c.conv_id "
     "HAVING COUNT(*) <> MAX(m.seq) - MIN(m.seq) + 1"},
    {"conversation whose first rows are missing, and not because they are old",
     "SELECT c.conv_id FROM conversations c JOIN messages m ON m.conv_id = c.conv_id LEFT JOIN trimmed t ON t.conv_id "
     "= "
     "c.conv_id GROUP BY c.conv_id, t.seq HAVING MIN(m.seq) <> COALESCE(t.seq, 0) + 1"},
    {"conversation whose last number is not that of its last row",
     "SELECT c.conv_id FROM conversations c LEFT JOIN messages m ON m.conv_id = c.conv_id LEFT JOIN trimmed t ON "
     "t.conv_id = c.conv_id GROUP BY c.conv_id, c.last_seq, t.seq "
     "HAVING COALESCE(MAX(m.seq), t.seq, 0) <> c.last_seq"},
    {"row of a conversation that is not there",
     "SELECT DISTINCT m.conv_id FROM messages m LEFT JOIN conversations c ON c.conv_id = m.conv_id WHERE c.conv_id IS "
     "NULL"},
    {"row of a user who is not there",
     "SELECT DISTINCT m.sender FROM messages m LEFT JOIN users u ON u.uid = m.sender WHERE u.uid IS NULL"},
    {"member of a conversation that is not there",
     "SELECT DISTINCT m.conv_id FROM members m LEFT JOIN conversations c ON c.conv_id = m.conv_id WHERE c.conv_id IS "
     "NULL"},
    {"member who is no user",
     "SELECT DISTINCT m.uid FROM members m LEFT JOIN users u ON u.uid = m.uid WHERE u.uid IS NULL"},
    {"conversation with a read mark beyond its end",
     "SELECT DISTINCT m.conv_id FROM members m JOIN conversations c ON c.conv_id = m.conv_id WHERE m.read_seq > "
     "c.last_seq"},
    {"conversation with a remembered send whose row is not there",
     "SELECT DISTINCT s.conv_id FROM sent s JOIN conversations c ON c.conv_id = s.conv_id WHERE s.seq > c.last_seq"},
    {"conversation with a row to be pushed that is not there",
     "SELECT DISTINCT o.conv_id FROM outbox o LEFT JOIN messages m ON m.conv_id = o.conv_id AND m.seq = o.seq "
     "WHERE m.seq IS NULL"},
};

Result<std::string> one_value(sql::Connection& db, std::string_view text) {
  auto rows = db.select({text, 1});
  if (!rows) return rows.error();
  return rows.value().empty() ? std::string() : rows.value().front().text(0);
}

Status apply(sql::Connection& db, const Rule& rule, StoreReport& report) {
  auto rows = db.select({rule.text, 1});
  if (!rows) return rows.error();
  if (rows.value().empty()) return Ok{};
  std::string which;
  for (std::size_t i = 0; i < rows.value().size() && i < kShown; ++i) which += " " + rows.value()[i].text(0);
  if (rows.value().size() > kShown) which += " and " + std::to_string(rows.value().size() - kShown) + " more";
  report.problems.push_back(std::string(rule.what) + ":" + which);
  return Ok{};
}

/// SQLite's own look at its pages.
Status look_at_file(sql::Connection& db, StoreReport& report) {
  if (db.engine() != sql::Engine::kSqlite) return Ok{};
  auto said = one_value(db, "PRAGMA integrity_check(1)");
  if (!said) return said.error();
  if (said.value() != "ok") report.problems.push_back("the file is damaged: " + said.value());
  return Ok{};
}

}  // namespace

Result<StoreReport> check_store(sql::Connection& db) {
  StoreReport report;
  auto epoch = one_value(db, "SELECT value FROM store_info WHERE name = 'epoch'");
  if (!epoch) return epoch.error();
  report.epoch = epoch.value();
  auto counts = db.select({"SELECT (SELECT COUNT(*) FROM conversations), (SELECT COUNT(*) FROM messages)", 2});
  if (!counts) return counts.error();
  report.conversations = counts.value().front().number(0);
  report.messages = counts.value().front().number(1);
  if (const auto looked = look_at_file(db, report); !looked) return looked.error();
  for (const Rule& rule : kRules)
    if (const auto applied = apply(db, rule, report); !applied) return applied.error();
  return report;
}

}  // namespace im::imctl
