#include "logic/console/message_search.hpp"

#include <boost/json/object.hpp>

#include "logic/store/search_words.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr int kFound = 50;
constexpr std::size_t kColumns = 10;

constexpr const char* kSelect =
    "SELECT m.conv_id, m.seq, m.type, m.sender, u.name, m.body, m.ts, m.recalled, c.kind, COALESCE(g.name, c.room_key)";
constexpr const char* kJoins =
    " JOIN conversations c ON c.conv_id = m.conv_id JOIN users u ON u.uid = m.sender"
    " LEFT JOIN group_info g ON g.conv_id = m.conv_id"
    " WHERE m.kind = 1 AND m.type <> 'system' AND (? = 0 OR m.conv_id = ?) AND (? = 0 OR m.sender = ?)";
constexpr const char* kOrder = " ORDER BY m.ts DESC, m.conv_id, m.seq DESC LIMIT ?";

std::string query_of(bool by_words, bool sqlite) {
  std::string from = " FROM messages m";
  std::string match;
  if (by_words && sqlite) {
    from = " FROM message_words w JOIN messages m ON m.rid = w.rowid";
    match = " AND message_words MATCH ?";
  } else if (by_words) {
    from = " FROM message_words w JOIN messages m ON m.conv_id = w.conv_id AND m.seq = w.seq";
    match = " AND MATCH (w.words) AGAINST (? IN BOOLEAN MODE)";
  }
  return kSelect + from + kJoins + match + kOrder;
}

const char* conv_kind(std::int64_t kind) { return kind == 1 ? "p2p" : kind == 2 ? "group" : "room"; }

json::object row_json(const sql::Row& row) {
  return {{"conv", row.number(0)},   {"seq", row.number(1)},   {"type", row.text(2)},
          {"sender", row.number(3)}, {"name", row.text(4)},    {"body", row.text(5)},
          {"ts", row.number(6)},     {"removed", row.flag(7)}, {"kind", conv_kind(row.number(8))},
          {"where", row.text(9)}};
}

}  // namespace

Result<json::array> search_messages(store::Store& store, const MessageSearch& search) {
  const std::string phrase = store::search_phrase(search.text);
  if (!search.text.empty() && phrase.empty()) return Error{Error::Code::kInvalid, "q: two signs at least"};
  if (search.text.empty() && search.conv.value() == 0 && search.from.value() == 0)
    return Error{Error::Code::kInvalid, "q: give a text, a conversation or a sender"};
  auto db = store.reader();
  if (!db.ok()) return db.error();
  sql::Values values{search.conv, search.conv, search.from, search.from};
  if (!phrase.empty()) values.emplace_back(phrase);
  values.emplace_back(kFound);
  const std::string text = query_of(!phrase.empty(), db.value()->engine() == sql::Engine::kSqlite);
  const auto rows = db.value()->select({text, kColumns}, values);
  if (!rows.ok()) return rows.error();
  json::array out;
  for (const sql::Row& row : rows.value()) out.push_back(row_json(row));
  return out;
}

}  // namespace im::logic
