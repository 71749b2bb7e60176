#include "logic/webim/lobby.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "logic/store/conversation_log.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;

constexpr sql::Query kHistory{
    "SELECT m.type, m.ts, m.body, u.name, u.avatar, u.kind FROM messages m JOIN users u ON u.uid = m.sender "
    "WHERE m.conv_id = ? AND m.kind = 1 AND m.recalled = 0 ORDER BY m.seq DESC LIMIT ?",
    6};
constexpr std::size_t kMaxHistory = 512 * 1024;  // bytes of an answer

/// As the page draws it: it cannot do without a name, nor a text without data.
json::object entry_of(const sql::Row& row) {
  json::object entry{{"type", row.text(0)},
                     {"user", {{"name", html_of(row, 3, 5)}, {"avatar", html_of(row, 4, 5)}}},
                     {"time", row.number(1) / 1000}};
  boost::system::error_code error;
  json::value message = json::parse(row.text(2), error);
  if (error || !message.is_object())
    message = json::object{{"cmd", "message"}, {"type", "text"}, {"data", row.text(2)}};
  if (message.get_object().if_contains("data") == nullptr) message.get_object()["data"] = "";
  entry["msg"] = std::move(message);
  return entry;
}

}  // namespace

Status Lobby::open() {
  const auto conv = conversations_.open_room(kLobby);
  if (!conv.ok()) return conv.error();
  conv_ = conv.value();
  return Ok{};
}

Status Lobby::say(const Line& line) {
  const std::string body = json::serialize(line.message);
  return store_.lanes().write<Ok>(
      conv_.value(),
      [&](store::Write& into) -> Status {
        auto head = store::lock_head(into, conv_);
        if (!head.ok()) return head.error();
        store::Message row{.type = line.type, .sender = line.sender, .body = body};
        row.address = line.address;
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
  std::size_t bytes = 0;
  for (const sql::Row& row : rows.value()) {
    bytes += row.text(2).size() + row.text(3).size() + row.text(4).size() + 100;
    if (bytes > kMaxHistory) break;
    newest.push_back(entry_of(row));
  }
  return json::array(std::make_move_iterator(newest.rbegin()), std::make_move_iterator(newest.rend()));
}

}  // namespace im::logic::webim
