#include "logic/console/people_desk.hpp"

#include <limits>
#include <string>

#include "common/base/waited.hpp"
#include "logic/admin/answers.hpp"
#include "logic/console/asked.hpp"
#include "logic/routers/online_users.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr int kUsersPage = 50;
constexpr std::int64_t kLongestMuteS = 10LL * 366 * 24 * 3600;
constexpr std::int64_t kBanS = Revocations::kLongest.count();  ///< no token lives longer

constexpr sql::Query kOne{
    "SELECT u.uid, u.login, u.external_id, u.name, u.kind, u.state, m.until_ms, u.created_ms FROM users u "
    "LEFT JOIN muted_users m ON m.uid = u.uid WHERE u.uid = ?",
    8};
constexpr sql::Query kFind{
    "SELECT u.uid, u.login, u.external_id, u.name, u.kind, u.state, m.until_ms, u.created_ms FROM users u "
    "LEFT JOIN muted_users m ON m.uid = u.uid "
    "WHERE u.uid < ? AND (? = '' OR u.uid = ? OR u.login = ? OR u.external_id = ? OR u.name LIKE ? ESCAPE '!') "
    "ORDER BY u.uid DESC LIMIT ?",
    8};

const char* account_kind(std::int64_t kind) { return kind == 0 ? "account" : kind == 1 ? "guest" : "external"; }

json::object user_json(const sql::Row& row) {
  json::object out{{"uid", row.number(0)},
                   {"name", row.text(3)},
                   {"kind", account_kind(row.number(4))},
                   {"banned", row.number(5) == 1},
                   {"muted_until_ms", row.number(6)},
                   {"created_ms", row.number(7)}};
  if (!row.is_null(1)) out["login"] = row.text(1);
  if (!row.is_null(2)) out["external_id"] = row.text(2);
  return out;
}

HttpRequest kick_request(Uid uid, std::int64_t revoke_s) {
  HttpRequest out;
  out.query.emplace_back("uid", std::to_string(uid.value()));
  if (revoke_s > 0) out.query.emplace_back("revoke_s", std::to_string(revoke_s));
  return out;
}

}  // namespace

void PeopleDesk::add_routes(HttpServer& server, AdminDoor& door) {
  door.get(server, "/api/users", AdminRole::kViewer, AdminDoor::work(this, &PeopleDesk::find));
  door.get(server, "/api/online", AdminRole::kViewer, AdminDoor::work(this, &PeopleDesk::online));
  door.get(server, "/api/user", AdminRole::kViewer, AdminDoor::work(this, &PeopleDesk::show));
  door.post(server, "/api/user/kick", AdminRole::kOperator, AdminDoor::work(this, &PeopleDesk::kick));
  door.post(server, "/api/user/mute", AdminRole::kOperator, AdminDoor::work(this, &PeopleDesk::mute));
  door.post(server, "/api/user/ban", AdminRole::kAdmin, AdminDoor::work(this, &PeopleDesk::ban));
  door.post(server, "/api/user/pardon", AdminRole::kAdmin, AdminDoor::work(this, &PeopleDesk::pardon));
}

void PeopleDesk::find(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const std::string text = asked.text("q", 190);
  const std::int64_t before = asked.number("before", 1, kMostNumber, kMostNumber);
  if (asked.failed(reply)) return;
  auto db = store_.reader();
  if (!db.ok()) return reply(refused(db.error()));
  const auto rows = db.value()->select(
      kFind, {before, text, number_in(text), text, text, "%" + escaped_like(text) + "%", kUsersPage});
  if (!rows.ok()) return reply(refused(rows.error()));
  json::array users;
  for (const sql::Row& row : rows.value()) users.push_back(user_json(row));
  with_sessions(std::move(users), {}, std::move(reply));
}

/// Those who have a connection, as the routers know them; the store says who they are.
void PeopleDesk::online(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const Uid after(asked.number("after", 0, std::numeric_limits<std::int64_t>::max(), 0));
  if (asked.failed(reply)) return;
  const auto page = waited<OnlinePage>(
      [&](auto done) { online_users_at_routers(routers_.calls(), after, kUsersPage + 1, std::move(done)); });
  if (!page.ok()) return reply(refused(page.error()));
  std::vector<Uid> uids = page.value().uids;
  json::object rest;
  if (uids.size() > kUsersPage) {
    uids.resize(kUsersPage);
    rest["next"] = std::to_string(uids.back().value());  // a browser would round a large number
  }
  auto users = known(uids);
  if (!users.ok()) return reply(refused(users.error()));
  with_sessions(std::move(users).value(), std::move(rest), std::move(reply));
}

/// In the order asked; of a user whom the store does not know, the number.
Result<json::array> PeopleDesk::known(const std::vector<Uid>& uids) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  json::array out;
  for (const Uid uid : uids) {
    const auto rows = db.value()->select(kOne, {uid});
    if (!rows.ok()) return rows.error();
    out.push_back(rows.value().empty() ? json::object{{"uid", uid.value()}, {"name", ""}, {"kind", "unknown"}}
                                       : user_json(rows.value().front()));
  }
  return out;
}

void PeopleDesk::show(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const Uid uid(asked.number("uid", 1, kMostNumber));
  if (asked.failed(reply)) return;
  auto list = devices(uid);
  if (!list.ok()) return reply(refused(list.error()));
  auto db = store_.reader();
  if (!db.ok()) return reply(refused(db.error()));
  const auto rows = db.value()->select(kOne, {uid});
  if (!rows.ok()) return reply(refused(rows.error()));
  if (rows.value().empty()) return reply(problem(404, "not_found", "no such user"));
  json::object user = user_json(rows.value().front());
  user["devices"] = std::move(list).value();
  with_sessions({std::move(user)}, {{"ban_lasts", ban_lasts()}}, std::move(reply));
}

Result<json::array> PeopleDesk::devices(Uid uid) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(
      {"SELECT device, platform, last_seen_ms FROM devices WHERE uid = ? ORDER BY last_seen_ms DESC", 3}, {uid});
  if (!rows.ok()) return rows.error();
  json::array out;
  for (const sql::Row& row : rows.value())
    out.push_back(json::object{{"id", row.text(0)}, {"label", row.text(1)}, {"last_seen_ms", row.number(2)}});
  return out;
}

/// Accounts of this cluster are closed. Tokens of others are refused for a day, and only those issued until now.
const char* PeopleDesk::ban_lasts() const {
  if (identity_.closes) return "until_pardoned";
  return identity_.proven ? "day" : "never";
}

/// Each with its connections, as the routers know them.
void PeopleDesk::with_sessions(json::array users, json::object rest, HttpReply reply) {
  LocateAsk ask;
  for (const json::value& user : users) ask.uids.push_back(user.at("uid").as_int64());
  if (ask.uids.empty()) return reply(answer(200, {{"users", json::array()}, {"complete", true}}));
  routers_.sessions().locate(std::move(ask), [users = std::move(users), rest = std::move(rest),
                                              reply = std::move(reply)](const auto& located) mutable {
    if (!located.ok()) return reply(refused(located.error()));
    for (std::size_t i = 0; i < users.size(); ++i) {
      json::array sessions;
      for (const SessionInfo& one : located.value().by_uid[i])
        sessions.push_back(json::object{{"key", one.key},
                                        {"comet", one.comet.number.value()},
                                        {"platform", one.platform},
                                        {"client_ip", one.client_ip},
                                        {"room_at_login", one.room}});
      users[i].as_object()["sessions"] = std::move(sessions);
    }
    rest["users"] = std::move(users);
    rest["complete"] = located.value().complete;
    reply(answer(200, std::move(rest)));
  });
}

void PeopleDesk::kick(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const Uid uid(asked.number("uid", 1, kMostNumber));
  if (!asked.failed(reply)) kicks_.kick(kick_request(uid, 0), std::move(reply));
}

void PeopleDesk::mute(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const Uid uid(asked.number("uid", 1, kMostNumber));
  const std::int64_t seconds = asked.number("for_s", 0, kLongestMuteS);
  if (asked.failed(reply)) return;
  const auto until = set_muted(uid, seconds * 1000);
  reply(until.ok() ? answer(200, {{"muted_until_ms", until.value()}}) : refused(until.error()));
}

Result<std::int64_t> PeopleDesk::set_muted(Uid uid, std::int64_t for_ms) {
  return store_.lanes().write<std::int64_t>(uid.value(), [&](store::Write& into) -> Result<std::int64_t> {
    const auto there = into.db.select({"SELECT uid FROM users WHERE uid = ?", 1}, {uid});
    if (!there.ok()) return there.error();
    if (there.value().empty()) return Error{Error::Code::kNotFound, "no such user"};
    const auto gone = into.db.execute("DELETE FROM muted_users WHERE uid = ?", {uid});
    if (!gone.ok()) return gone.error();
    if (for_ms == 0) return std::int64_t{0};
    const std::int64_t until = into.now_ms + for_ms;
    const auto added = into.db.execute("INSERT INTO muted_users (uid, until_ms) VALUES (?, ?)", {uid, until});
    return added.ok() ? Result<std::int64_t>(until) : added.error();
  });
}

Status PeopleDesk::set_closed(Uid uid, bool closed) {
  if (!identity_.closes) return Ok{};
  return store_.lanes().write<Ok>(uid.value(), [&](store::Write& into) -> Status {
    const auto done = into.db.execute("UPDATE users SET state = ? WHERE uid = ?", {closed ? 1 : 0, uid});
    if (!done.ok()) return done.error();
    return done.value() == 0 ? Status(Error{Error::Code::kNotFound, "no such user"}) : Status(Ok{});
  });
}

/// First the account, so that no login comes in between; then its tokens and connections.
void PeopleDesk::ban(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const Uid uid(asked.number("uid", 1, kMostNumber));
  if (asked.failed(reply)) return;
  if (!identity_.proven)
    return reply(problem(409, "conflict", "identity is \"open\": nobody can be kept out (identity.kind of logic)"));
  if (const Status closed = set_closed(uid, true); !closed.ok()) return reply(refused(closed.error()));
  kicks_.kick(kick_request(uid, kBanS), std::move(reply));
}

void PeopleDesk::pardon(const Deed& deed, HttpReply reply) {
  Asked asked(deed);
  const Uid uid(asked.number("uid", 1, kMostNumber));
  if (asked.failed(reply)) return;
  if (const Status open = set_closed(uid, false); !open.ok()) return reply(refused(open.error()));
  kicks_.pardon(kick_request(uid, 0), std::move(reply));
}

}  // namespace im::logic
