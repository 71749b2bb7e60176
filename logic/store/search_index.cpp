#include "logic/store/search_index.hpp"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>

#include "logic/store/search_words.hpp"

namespace im::logic::store {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kFiles = {"image", "voice", "video", "file"};
constexpr int kBatch = 500;

/// Of text, and of all else. SQLite's index of texts has no content: to be taken out, the words must be given again.
struct Index {
  const char *sqlite_add, *sqlite_remove, *mysql_add, *mysql_remove;
  bool has_content;
};
constexpr Index kTexts{
    "INSERT INTO message_words (rowid, words) SELECT rid, ? FROM messages WHERE conv_id = ? AND seq = ?",
    "INSERT INTO message_words (message_words, rowid, words) SELECT 'delete', rid, ? FROM messages"
    " WHERE conv_id = ? AND seq = ?",
    "INSERT INTO message_words (words, conv_id, seq) VALUES", "DELETE FROM message_words WHERE conv_id = ? AND seq = ?",
    false};
constexpr Index kCaptions{
    "INSERT INTO caption_words (rowid, words) SELECT rid, ? FROM messages WHERE conv_id = ? AND seq = ?",
    "DELETE FROM caption_words WHERE rowid = (SELECT rid FROM messages WHERE conv_id = ? AND seq = ?)",
    "INSERT INTO caption_words (words, conv_id, seq) VALUES", "DELETE FROM caption_words WHERE conv_id = ? AND seq = ?",
    true};

/// Both follow the key, and take as long for a page without files as for one with them.
constexpr sql::Query kNextConversation{"SELECT COALESCE(MIN(conv_id), 0) FROM messages WHERE conv_id > ?", 1};
constexpr sql::Query kPage{
    "SELECT seq, type, CASE WHEN kind = 1 AND recalled = 0 AND type IN ('image', 'voice', 'video', 'file', 'link')"
    " THEN body ELSE '' END FROM messages WHERE conv_id = ? AND seq > ? ORDER BY seq LIMIT ?",
    3};

bool in_sqlite(const sql::Connection& db) { return db.engine() == sql::Engine::kSqlite; }
const Index& index_of(const Message& row) { return row.type == "text" ? kTexts : kCaptions; }

std::string words_of(const Message& row, const std::string& body) {
  return row.kind == RowKind::kMessage ? search_words(searchable_text(row.type, body)) : std::string();
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Status outcome(const Result<std::int64_t>& result) { return result ? Status(Ok{}) : Status(result.error()); }

/// A step of before may have done it already.
Status index_again(sql::Connection& db, const Message& row) {
  const auto words = words_of(row, row.body);
  if (auto removed = remove_words(db, row); !removed || words.empty()) return removed;
  static const auto mysql = std::string(kCaptions.mysql_add) + " (?, ?, ?)";
  return outcome(db.execute(in_sqlite(db) ? kCaptions.sqlite_add : mysql, {words, row.conv, row.seq}));
}

Status index_rows(sql::Connection& db, ConvId conv, const std::vector<sql::Row>& rows) {
  for (const auto& row : rows) {
    if (row.text(2).empty()) continue;
    const Message message{.conv = conv, .seq = row.number(0), .type = row.text(1), .body = row.text(2)};
    if (auto indexed = index_again(db, message); !indexed) return indexed;
  }
  return Ok{};
}

/// One commit for a page: a migration of SQLite is within one already.
Status index_page(sql::Connection& db, ConvId conv, const std::vector<sql::Row>& rows) {
  if (in_sqlite(db)) return index_rows(db, conv, rows);
  if (auto begun = db.begin(); !begun) return begun;
  auto done = index_rows(db, conv, rows);
  if (done) return db.commit();
  db.rollback();
  return done;
}

Status index_conversation(sql::Connection& db, ConvId conv) {
  std::int64_t seq = 0;
  while (true) {
    const auto rows = db.select(kPage, {conv, seq, kBatch});
    if (!rows) return rows.error();
    if (rows.value().empty()) return Ok{};
    seq = rows.value().back().number(0);
    if (auto done = index_page(db, conv, rows.value()); !done) return done;
  }
}

}  // namespace

std::string searchable_text(std::string_view type, std::string_view body) {
  if (type == "text" || type == "link") return std::string(body);
  if (std::ranges::find(kFiles, type) == kFiles.end()) return "";
  json::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return "";
  return text_of(value.get_object(), "name") + ' ' + text_of(value.get_object(), "caption");
}

Status add_words(Write& write, const Message& row, const std::string& body) {
  const auto words = words_of(row, body);
  if (words.empty()) return Ok{};
  const Index& index = index_of(row);
  if (!in_sqlite(write.db)) return write.insert(index.mysql_add, {words, row.conv, row.seq});
  return outcome(write.db.execute(index.sqlite_add, {words, row.conv, row.seq}));
}

Status remove_words(sql::Connection& db, const Message& row) {
  const auto words = words_of(row, row.body);
  if (words.empty()) return Ok{};
  const Index& index = index_of(row);
  if (in_sqlite(db) && !index.has_content) return outcome(db.execute(index.sqlite_remove, {words, row.conv, row.seq}));
  return outcome(db.execute(in_sqlite(db) ? index.sqlite_remove : index.mysql_remove, {row.conv, row.seq}));
}

Status index_captions(sql::Connection& db) {
  ConvId conv{0};
  while (true) {
    const auto next = db.select(kNextConversation, {conv});
    if (!next) return next.error();
    conv = next.value().front().id<ConvId>(0);
    if (conv.value() == 0) return Ok{};
    if (auto done = index_conversation(db, conv); !done) return done;
  }
}

}  // namespace im::logic::store
