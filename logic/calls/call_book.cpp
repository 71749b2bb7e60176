#include "logic/calls/call_book.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/fault.hpp"
#include "logic/calls/call_json.hpp"
#include "logic/calls/call_names.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
namespace pb = im::calls;

constexpr sql::Query kKnown{"SELECT COUNT(*) FROM calls WHERE call_id = ?", 1};
constexpr const char* kCall =
    "INSERT INTO calls (call_id, kind, grouped, conv_id, caller, reason, outcome, started_ms, answered_ms, active_ms, "
    "ended_ms, talk_ms, ended_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kParty =
    "INSERT INTO call_parties (call_id, party, uid, device, joined_ms, left_ms, reason, path, worst_loss, setup_ms, "
    "restarts, comet) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kNoNews = "UPDATE members SET skipped = skipped + 1 WHERE conv_id = ? AND uid = ?";

Status run(store::Write& into, const char* text, const sql::Values& values) {
  auto done = into.db.execute(text, values);
  return done ? Status(Ok{}) : Status(done.error());
}

/// The call's own, so that a second writer finds the first one's row.
std::string id_in_books(const pb::Record& record) {
  std::string id = call_id_text(record.id());
  if (fault::fire("calls.new_id")) id.front() = 'x';  // as if it were made anew at each try
  return id;
}

/// From when there was somebody to connect to. 0: it never connected, or a rebuilt call, whose beginning nobody knows.
std::int64_t setup_ms(const pb::Record& record, const pb::Party& party) {
  std::int64_t other = 0;
  for (const pb::Party& one : record.parties())
    if (one.id() != party.id()) other = other == 0 ? one.joined_ms() : std::min(other, one.joined_ms());
  if (record.rebuilt() || party.connected_ms() == 0) return 0;
  return std::max<std::int64_t>(party.connected_ms() - std::max(party.joined_ms(), other), 0);
}

Status add_rows(store::Write& into, const pb::Record& record, const std::string& id) {
  const std::string reason(reason_text(record.reason())), outcome(outcome_of(record));
  auto call = run(into, kCall,
                  {id, static_cast<int>(record.kind()), record.group(), record.conv(), record.caller(), reason, outcome,
                   record.started_ms(), record.answered_ms(), record.active_ms(), record.ended_ms(), talk_ms(record),
                   record.ended_by()});
  if (!call) return call;
  for (const pb::Party& party : record.parties()) {
    auto row = run(into, kParty,
                   {id, static_cast<int>(party.id()), party.device().uid(), party.device().name(), party.joined_ms(),
                    party.left_ms(), std::string(reason_text(party.reason())), party.path(), party.worst_loss(),
                    setup_ms(record, party), static_cast<int>(party.restarts()), party.device().comet().number()});
    if (!row) return row;
  }
  return Ok{};
}

/// News is only what a callee missed.
bool is_news(std::string_view outcome) { return outcome == "missed" || outcome == "cancelled"; }

Status add_message(store::Write& into, store::ConvHead& head, const pb::Record& record) {
  store::Message row{.type = "call", .sender = Uid(record.caller()), .body = call_log_body(record)};
  row.client_id = "call:" + call_id_text(record.id());
  if (!record.group() && record.callees_size() == 1 && !record.callees(0).told() && outcome_of(record) != "busy")
    row.hidden_from = Uid(record.callees(0).uid());
  if (!is_news(outcome_of(record)))
    for (const pb::Callee& callee : record.callees())
      if (auto done = run(into, kNoNews, {head.conv, callee.uid()}); !done) return done;
  auto added = store::append(into, head, std::move(row));
  return added ? Status(Ok{}) : Status(added.error());
}

Status write_call(store::Write& into, const pb::Record& record) {
  // The head first: two logics that write the same call wait here, and the second one finds the row.
  const bool talks = record.conv() > 0;
  Result<store::ConvHead> head = store::ConvHead{};
  if (talks) head = store::lock_head(into, store::ConvId(record.conv()));
  if (!head) return head.error();
  const std::string id = id_in_books(record);
  auto known = into.db.select(kKnown, {id});
  if (!known) return known.error();
  if (known.value().front().number(0) > 0) return Ok{};
  fault::fire("calls.books_open");
  if (auto rows = add_rows(into, record, id); !rows) return rows;
  fault::fire("calls.rows_written");
  return talks ? add_message(into, head.value(), record) : Status(Ok{});
}

}  // namespace

std::string call_log_body(const pb::Record& record) {
  json::array members;
  std::string device;
  for (const pb::Party& party : record.parties()) {
    const auto uid = party.device().uid();
    if (std::ranges::find(members, json::value(uid)) == members.end()) members.emplace_back(uid);
    if (party.id() == record.answered_by()) device = party.device().name();
  }
  return json::serialize(json::object{{"call_id", call_id_text(record.id())},
                                      {"kind", kind_text(record.kind())},
                                      {"caller", record.caller()},
                                      {"outcome", outcome_of(record)},
                                      {"reason", reason_text(record.reason())},
                                      {"talk_ms", talk_ms(record)},
                                      {"members", std::move(members)},
                                      {"started", record.started_ms()},
                                      {"ended", record.ended_ms()},
                                      {"answered_device", device}});
}

Status CallBook::write(const pb::Record& record) {
  const std::int64_t key = record.conv() > 0 ? record.conv() : record.caller();
  return store_.lanes().write<Ok>(key, [&record](store::Write& into) { return write_call(into, record); });
}

}  // namespace im::logic
