#include "tools/imctl/chat/chat_view.hpp"

#include <algorithm>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/chat/call_text.hpp"
#include "tools/imctl/chat/media_text.hpp"
#include "tools/imctl/missing_part.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;
using ChatRow = chat_client::Row;
using chat_client::text_of;

namespace {

constexpr const char* kDim = "2";
constexpr const char* kMine = "32";
constexpr const char* kTheirs = "36";
constexpr const char* kBad = "31";

const json::array& rows_in(const json::object& answer, const char* name) {
  static const json::array kNone;
  const json::value* value = answer.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

json::object row_json(const ChatRow& row) {
  json::object out{{"conv_id", row.conv}, {"seq", row.seq}, {"kind", row.kind}};
  if (row.kind.empty()) return out;
  out["type"] = row.type;
  out["sender"] = row.sender;
  out["body"] = row.body;
  out["ts"] = row.ts;
  if (row.ref_seq > 0) out["ref_seq"] = row.ref_seq;
  if (!row.key.empty()) out["client_msg_id"] = row.key;
  if (row.recalled) out["recalled"] = true;
  return out;
}

/// A body in words, as far as its type has some; "" when it has none.
std::string words_of(std::string_view type, const std::string& body, std::int64_t me) {
  return type == "call" ? call_text(body, me) : media_text(type, body);
}

}  // namespace

void ChatView::row(const ChatRow& row, std::int64_t current) {
  if (object("row", style_.json ? row_json(row) : json::object()) || row.kind.empty()) return;
  print_(line_of(row, current));
}

std::string ChatView::line_of(const ChatRow& row, std::int64_t current) const {
  const bool mine = row.sender == me_;
  std::string head = clock_text(row.ts).substr(0, 8);
  if (row.conv != current) head += " [" + std::to_string(row.conv) + "]";
  return coloured(kDim, head + " #" + std::to_string(row.seq)) + " " +
         coloured(mine ? kMine : kTheirs, printable(name_of(row.sender))) + said_in(row);
}

/// What stands behind the name.
std::string ChatView::said_in(const ChatRow& row) const {
  const std::string body = printable(row.body);
  const std::string which = "#" + std::to_string(row.ref_seq);
  if (row.kind == "edit") return " changed " + which + ": " + body;
  if (row.kind == "recall") return " took back " + which;
  if (row.kind == "reaction") return " " + body + " at " + which;
  if (row.kind == "pin") return " pinned " + which;
  if (row.recalled) return ": (taken back)";
  const std::string type = row.type == "text" || row.type.empty() ? "" : "(" + printable(row.type) + ") ";
  const std::string words = words_of(row.type, row.body, me_);
  const std::string get = words.empty() || row.type == "call" ? "" : "  (/get " + std::to_string(row.seq) + ")";
  const std::string said = (words.empty() || row.type != "call" ? type : "") + (words.empty() ? body : words) + get;
  return (row.ref_seq > 0 ? " to " + which + ": " : ": ") + said;
}

void ChatView::answer(const std::string& cmd, const json::object& answer) {
  const bool good = flag_of(answer, "ok");
  if (!good && style_.json) ++failures_;  // problem() counts the others
  json::object members{{"cmd", cmd}};
  for (const auto& member : answer) members.insert(member);
  if (object("answer", std::move(members))) return;
  if (!good) return problem(cmd + ": " + text_of(answer, "error") + advice_for(number_of(answer, "code"), cmd));
  if (cmd == "sync.all") return list(answer);
  if (cmd == "history" || cmd == "search") return rows_of(answer, true);
  if (cmd == "sync") return rows_of(answer, false);
  if (cmd == "readers") return readers(answer);
  if (!cmd.starts_with("msg.") && cmd != "read" && cmd != "typing" && cmd != "conv.open")
    say(printable(json::serialize(answer)));
}

void ChatView::readers(const json::object& answer) {
  std::string names;
  for (const json::value& value : rows_in(answer, "readers"))
    if (value.is_object()) names += (names.empty() ? "" : ", ") + name_of(number_of(value.get_object(), "uid"));
  say(names.empty() ? "nobody has read it" : "read by " + printable(names));
}

void ChatView::list(const json::object& answer) {
  std::vector<Row> rows{{"CONV", "KIND", "WITH", "UNREAD", "LAST"}};
  for (const json::value& value : rows_in(answer, "conversations")) {
    if (!value.is_object()) continue;
    const json::object& line = value.get_object();
    const std::int64_t peer = number_of(line, "peer");
    const std::string name = text_of(line, "name");
    if (peer > 0 && !name.empty()) names_[peer] = name;
    const json::value* last = line.if_contains("last");
    const json::object shown = last != nullptr && last->is_object() ? last->get_object() : json::object();
    const std::string words = words_of(text_of(shown, "type"), text_of(shown, "body"), me_);
    const std::string text = words.empty() ? text_of(shown, "body") : words;
    rows.push_back({std::to_string(number_of(line, "conv_id")), text_of(line, "kind"),
                    !name.empty() ? name
                    : peer > 0    ? name_of(peer)
                                  : "",
                    std::to_string(number_of(line, "unread")), text.substr(0, 60)});
  }
  std::string text = table(rows);
  text.pop_back();
  print_(text);
}

void ChatView::rows_of(const json::object& answer, bool newest_first) {
  std::vector<ChatRow> rows;
  for (const json::value& value : rows_in(answer, "messages")) {
    const auto row = value.is_object() ? chat_client::read_row(value.get_object()) : std::nullopt;
    if (row && !row->kind.empty()) rows.push_back(*row);
  }
  if (newest_first) std::reverse(rows.begin(), rows.end());
  if (rows.empty()) say("nothing");
  const std::int64_t one = rows.empty() || rows.front().conv != rows.back().conv ? 0 : rows.front().conv;
  for (const ChatRow& row : rows) print_(line_of(row, one));
}

void ChatView::told(const json::object& event) {
  if (object("told", event)) return;
  const std::string cmd = text_of(event, "cmd");
  const std::string who = printable(name_of(number_of(event, "uid")));
  if (cmd == "read" && number_of(event, "uid") != me_)
    say(who + " has read up to #" + std::to_string(number_of(event, "read_seq")));
}

void ChatView::status(const std::string& state, const std::string& text) {
  if (object("status", {{"state", state}, {"text", text}})) return;
  say(state + (text.empty() ? "" : ": " + printable(text)));
}

void ChatView::reset() {
  if (!object("reset", {})) say("the server's store was restored; everything is read anew");
}

void ChatView::say(const std::string& text) {
  if (!style_.json) print_(coloured(kDim, "-- " + text));
}

void ChatView::problem(const std::string& text) {
  ++failures_;
  if (!object("problem", {{"text", text}})) print_(coloured(kBad, "-- " + printable(text)));
}

void ChatView::not_sent(const std::string& text, const std::string& why) {
  problem((text.empty() ? "" : "not sent: \"" + text + "\"; ") + why);
}

std::string ChatView::name_of(std::int64_t uid) const {
  if (uid == me_) return "you";
  const auto known = names_.find(uid);
  return known == names_.end() ? "user " + std::to_string(uid) : known->second;
}

std::string ChatView::coloured(const char* code, const std::string& text) const {
  return style_.colour ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
}

/// True: it was shown as an object.
bool ChatView::object(const char* event, json::object members) {
  if (!style_.json) return false;
  json::object out{{"event", event}};
  for (const auto& member : members) out.insert(member);
  print_(json::serialize(out));
  return true;
}

}  // namespace im::imctl
