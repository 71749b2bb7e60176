#include "logic/chat/history_service.hpp"

#include <algorithm>

#include "logic/chat/check.hpp"
#include "logic/store/conversation_log.hpp"
#include "logic/store/kept_texts.hpp"
#include "logic/store/search_words.hpp"

namespace im::logic::chat {

namespace {

constexpr sql::Query kBounds{
    "SELECT c.last_seq, COALESCE(t.seq, 0) FROM conversations c LEFT JOIN trimmed t ON t.conv_id = c.conv_id"
    " WHERE c.conv_id = ?",
    2};

/// What the search finds, but for the match itself. A room is searched only when it is named.
constexpr const char* kFilter =
    " JOIN conversations c ON c.conv_id = m.conv_id LEFT JOIN members me ON me.conv_id = m.conv_id AND me.uid = ?"
    " LEFT JOIN messages o ON 1 = 0"
    " WHERE (me.uid IS NOT NULL OR (c.kind = 3 AND c.conv_id = ?)) AND m.recalled = 0 AND m.hidden_from <> ?"
    " AND m.seq > COALESCE(me.from_seq, 0) AND (? = 0 OR m.conv_id = ?) AND (? = 0 OR m.sender = ?)"
    " AND NOT EXISTS (SELECT 1 FROM kept_texts k WHERE k.conv_id = m.conv_id AND k.seq = m.seq AND k.uid = ?)";

/// Where the words of these types are.
std::vector<std::string> word_tables(std::string_view type) {
  if (type == "text") return {"message_words"};
  if (!type.empty()) return {"caption_words"};
  return {"message_words", "caption_words"};
}

/// The phrase once for each table, then what the filter wants, the type twice, and the limit.
std::string search_text(bool sqlite, std::string_view type) {
  std::string found;
  for (const auto& table : word_tables(type)) {
    found += found.empty() ? "" : " UNION ALL ";
    found += sqlite ? "SELECT rowid AS rid FROM " + table + " WHERE " + table + " MATCH ?"
                    : "SELECT conv_id, seq FROM " + table + " WHERE MATCH (words) AGAINST (? IN BOOLEAN MODE)";
  }
  return "SELECT " + store::message_columns() + " FROM (" + found + ") w JOIN messages m ON " +
         (sqlite ? "m.rid = w.rid" : "m.conv_id = w.conv_id AND m.seq = w.seq") + kFilter +
         " AND (? = '' OR m.type = ?) ORDER BY m.ts DESC, m.seq DESC LIMIT ?";
}

/// As `uid` may see it.
Message seen_by(Uid uid, Message row) {
  if (row.hidden_from == uid) return {.conv = row.conv, .seq = row.seq, .hidden_from = uid};
  if (row.recalled) row.body.clear();
  return row;
}

}  // namespace

Result<Standing> HistoryService::reader_of(sql::Connection& db, const Actor& actor, ConvId conv) const {
  auto standing = standing_of(db, conv, actor.uid);
  if (!standing) return standing;
  if (auto may = rights_.may(standing.value(), Action::kRead, 0); !may) return may.error();
  return standing;
}

Result<Page> HistoryService::bounds(sql::Connection& db, ConvId conv, const Standing& standing) const {
  auto rows = db.select(kBounds, {conv});
  if (!rows) return rows.error();
  const auto& row = rows.value().front();
  Page page{.first_seq = std::max(standing.from_seq, row.number(1)) + 1, .last_seq = row.number(0)};
  page.epoch = store_.epoch();
  return page;
}

Result<Page> HistoryService::sync(const Actor& actor, ConvId conv, Seq after, int limit) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = reader_of(*db.value(), actor, conv);
  if (!standing) return standing.error();
  auto answer_or = bounds(*db.value(), conv, standing.value());
  if (!answer_or) return answer_or.error();
  Page answer = std::move(answer_or).value();
  auto rows = store::rows_after(*db.value(), conv, std::max(after, answer.first_seq - 1), page(limit));
  if (!rows) return rows.error();
  if (auto shown = store::show_kept(*db.value(), actor.uid, rows.value()); !shown) return shown.error();
  for (auto& row : rows.value()) answer.rows.push_back(seen_by(actor.uid, std::move(row)));
  answer.has_more = !answer.rows.empty() && answer.rows.back().seq < answer.last_seq;
  return answer;
}

Result<Page> HistoryService::history(const Actor& actor, ConvId conv, Seq before, int limit) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = reader_of(*db.value(), actor, conv);
  if (!standing) return standing.error();
  auto answer_or = bounds(*db.value(), conv, standing.value());
  if (!answer_or) return answer_or.error();
  Page answer = std::move(answer_or).value();
  auto rows = store::rows_before(*db.value(), conv, before > 0 ? before : answer.last_seq + 1, page(limit));
  if (!rows) return rows.error();
  if (auto shown = store::show_kept(*db.value(), actor.uid, rows.value()); !shown) return shown.error();
  for (auto& row : rows.value())
    if (row.seq >= answer.first_seq) answer.rows.push_back(seen_by(actor.uid, std::move(row)));
  answer.has_more = !answer.rows.empty() && answer.rows.back().seq > answer.first_seq;
  return answer;
}

Result<std::vector<Message>> HistoryService::search(const Actor& actor, const Search& search) {
  if (auto good = check_given("q", search.text, limits_.name_bytes); !good) return good.error();
  if (auto good = search.type.empty() ? Status(Ok{}) : check_type(search.type); !good) return good.error();
  const auto phrase = store::search_phrase(search.text);
  if (phrase.empty()) return Error{Error::Code::kInvalid, "q: two signs at least"};
  auto db = store_.reader();
  if (!db) return db.error();
  const auto text = search_text(db.value()->engine() == sql::Engine::kSqlite, search.type);
  sql::Values values(word_tables(search.type).size(), phrase);
  values.insert(values.end(), {actor.uid, search.conv, actor.uid, search.conv, search.conv, search.from, search.from,
                               actor.uid, search.type, search.type, page(search.limit)});
  auto rows = db.value()->select({text, store::kMessageColumns}, values);
  if (!rows) return rows.error();
  std::vector<Message> found;
  for (const auto& row : rows.value()) found.push_back(store::message_of(row));
  return found;
}

}  // namespace im::logic::chat
