#include "logic/webim/lobby.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/utf8.hpp"
#include "logic/store/conversation_log.hpp"
#include "logic/webim/fd.hpp"
#include "logic/webim/lobby_events.hpp"
#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;

constexpr sql::Query kHistory{
    "SELECT m.type, m.ts, m.body, u.name, u.avatar, u.kind, m.sender FROM messages m JOIN users u ON u.uid = m.sender "
    "WHERE m.conv_id = ? AND m.kind = 1 AND m.recalled = 0 ORDER BY m.seq DESC LIMIT ?",
    7};
constexpr std::size_t kMaxKept = 1024;  // of a text that the operator's service wrote: what a page may say
/// Bytes of a line as its page wrote it: so a hundred entries are half a megabyte at the most.
constexpr std::size_t kMaxEntry = 3500;
constexpr std::size_t kMaxDrawn = 512;  // bytes of a text that is longer even so

/// Of a line that is too long, what the page draws of it; as a text, where that is too long itself.
json::object shortened(const json::object& message) {
  json::object drawn;
  for (const char* member : {"cmd", "from", "channal", "type", "data", "url"}) {
    if (const json::value* value = message.if_contains(member)) drawn[member] = *value;
  }
  if (json::serialize(drawn).size() <= kMaxEntry) return drawn;
  const std::string type = text_member(drawn, "type");
  const std::string said(cut_utf8(unescaped(text_member(drawn, "data")), kMaxDrawn));
  json::object cut{{"cmd", "message"}, {"channal", 0}, {"type", "text"}};
  cut["from"] = drawn["from"];
  cut["data"] = type.empty() || type == "text" ? escaped(said) : "[" + escaped(type) + "] " + escaped(said);
  return cut;
}

/// As the page draws it: it cannot do without a name.
json::object entry_of(const sql::Row& row) {
  const std::string name = html_of(row, 3, 5), avatar = avatar_of(row, 4, 5);
  json::object entry{
      {"type", row.text(0)}, {"user", {{"name", name}, {"avatar", avatar}}}, {"time", row.number(1) / 1000}};
  const Uid sender = row.id<Uid>(6);
  json::object message = line_of(row.text(2), {sender, fd_of(sender, false), name, avatar});
  if (json::serialize(message).size() > kMaxEntry) message = shortened(message);
  if (const json::value* type = message.if_contains("type")) entry["type"] = *type;
  entry["msg"] = std::move(message);
  return entry;
}

/// A page may put anything into a line, and the others get it. Where texts are asked for, what nobody is asked about is
/// not kept: only `shown` is, and who the line is from.
json::object without_unasked(const json::object& message, const char* shown) {
  json::object kept;
  for (const char* member : {"cmd", "from", "channal", "type", "name", "avatar", "user", shown}) {
    if (const json::value* value = message.if_contains(member)) kept[member] = *value;
  }
  if (!kept.contains("data")) kept["data"] = "";
  return kept;
}

}  // namespace

Status Lobby::open() {
  const auto conv = conversations_.open_room(kLobby);
  if (!conv.ok()) return conv.error();
  conv_ = conv.value();
  return Ok{};
}

Status Lobby::may(sql::Connection& db, Uid uid, std::int64_t now_ms) const {
  const auto standing = chat::standing_of(db, conv_, uid);
  if (!standing.ok()) return standing.error();
  return rights_.may(standing.value(), chat::Action::kSay, now_ms);
}

Status Lobby::may_speak(Uid uid) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  return may(*db.value(), uid, now.value());
}

Status Lobby::pass(Line& line) const {
  const char* shown = line.type == "image" ? "url" : "data";
  if (gate_.asks()) line.message = without_unasked(line.message, shown);
  const std::string text = unescaped(text_member(line.message, shown));
  const auto kept = gate_.pass({line.by, conv_, Uid(), line.type, text}, kMaxKept);
  if (!kept.ok()) return kept.error();
  if (kept.value() == text) return Ok{};
  line.type = "text";
  line.message["type"] = "text";
  line.message["data"] = escaped(kept.value());
  line.message.erase("url");
  return Ok{};
}

Status Lobby::say(Line line) {
  if (const Status may = may_speak(line.by.uid); !may.ok()) return may;
  if (const Status passed = pass(line); !passed.ok()) return passed;
  const std::string body = json::serialize(line.message);
  return store_.lanes().write<Ok>(
      conv_.value(),
      [&](store::Write& into) -> Status {
        auto head = store::lock_head(into, conv_);
        if (!head.ok()) return head.error();
        if (const Status allowed = may(into.db, line.by.uid, into.now_ms); !allowed.ok()) return allowed;
        store::Message row{.type = line.type, .sender = line.by.uid, .body = body};
        row.address = line.by.address;
        const auto added = store::append(into, head.value(), std::move(row));
        return added.ok() ? Status(Ok{}) : Status(added.error());
      },
      body.size());
}

Result<json::array> Lobby::history(std::size_t most) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(kHistory, {conv_, most});
  if (!rows.ok()) return rows.error();
  std::vector<json::object> newest;
  for (const sql::Row& row : rows.value()) newest.push_back(entry_of(row));
  return json::array(std::make_move_iterator(newest.rbegin()), std::make_move_iterator(newest.rend()));
}

}  // namespace im::logic::webim
