#include "logic/webim/people.hpp"

#include <algorithm>
#include <iterator>

#include "common/base/slot.hpp"
#include "logic/webim/fd.hpp"
#include "logic/webim/uid_portions.hpp"

namespace im::logic::webim {

namespace {

constexpr const char* kAddUser = "INSERT INTO users (kind, name, avatar, created_ms) VALUES (?, ?, ?, ?)";
constexpr const char* kEnter = "INSERT INTO webim_online (uid, slot, fd, since_ms, told) VALUES (?, ?, ?, ?, 0)";
constexpr const char* kAgain =
    "UPDATE webim_online SET told = 2 WHERE uid = ? AND EXISTS (SELECT 1 FROM users WHERE uid = ? AND kind = ?)";
constexpr std::string_view kPerson =
    "SELECT o.uid, o.fd, u.name, u.avatar, u.kind, o.since_ms, o.told FROM webim_online o "
    "JOIN users u ON u.uid = o.uid ";
constexpr sql::Query kUser{"SELECT uid, name, avatar, kind FROM users WHERE uid = ?", 4};
constexpr sql::Query kTheirs{"SELECT since_ms, told FROM webim_online WHERE uid = ?", 2};
constexpr sql::Query kTheirsAlone{"SELECT since_ms, told FROM webim_online WHERE uid = ? FOR UPDATE", 2};
constexpr const char* kStayAnew = "UPDATE webim_online SET since_ms = ? WHERE uid = ?";
constexpr const char* kToldAnew = "UPDATE webim_online SET told = 2, since_ms = since_ms + 1 WHERE uid = ?";
constexpr std::string_view kStay =
    "SELECT o.uid, o.since_ms, o.told, e.session FROM webim_online o LEFT JOIN webim_entered e ON e.uid = o.uid ";
constexpr sql::Query kEntered{"SELECT session FROM webim_entered WHERE uid = ?", 1};
constexpr const char* kAddSession = "INSERT INTO webim_entered (uid, session) VALUES (?, ?)";
constexpr const char* kDropSession = "DELETE FROM webim_entered WHERE uid = ? AND session IN (?, ?)";
constexpr SessionEpoch kNoSession{};  // of a stay that is over, until that has been told

/// The store has whole numbers with a sign.
std::int64_t number_of(SessionEpoch session) { return static_cast<std::int64_t>(session.value()); }
SessionEpoch session_of(const sql::Row& row, std::size_t column) {
  return SessionEpoch(static_cast<std::uint64_t>(row.number(column)));
}

Announced told_of(const sql::Row& row, std::size_t column) { return static_cast<Announced>(row.number(column)); }

/// A row for each session that came in; the rows of a stay follow each other.
void add_stays(std::vector<Stay>& stays, const sql::Rows& rows) {
  for (const sql::Row& row : rows) {
    const Uid uid = row.id<Uid>(0);
    if (stays.empty() || stays.back().uid != uid)
      stays.push_back({uid, row.number(1), told_of(row, 2) == Announced::kYes});
    if (!row.is_null(3)) stays.back().entered.push_back(session_of(row, 3));
  }
}

std::int64_t slot_number(Uid uid) { return static_cast<std::int64_t>(slot_of(uid.value())); }

Status enter(store::Write& into, Person& person) {
  person.since_ms = into.now_ms;
  const auto done = into.db.execute(kEnter, {person.uid, slot_number(person.uid), person.fd, into.now_ms});
  return done.ok() ? Status(Ok{}) : Status(done.error());
}

Status drop_session(store::Write& into, Uid uid, SessionEpoch session) {
  const auto gone = into.db.execute(kDropSession, {uid, number_of(session), number_of(kNoSession)});
  return gone.ok() ? Status(Ok{}) : Status(gone.error());
}

Status note_session(store::Write& into, Uid uid, SessionEpoch session) {
  if (const Status gone = drop_session(into, uid, session); !gone.ok()) return gone;
  const auto added = into.db.execute(kAddSession, {uid, number_of(session)});
  return added.ok() ? Status(Ok{}) : Status(added.error());
}

Result<std::vector<Person>> select_people(sql::Connection& db, const std::string& where, const sql::Values& values) {
  const std::string text = std::string(kPerson) + where;
  const auto rows = db.select({text, 7}, values);
  if (!rows.ok()) return rows.error();
  std::vector<Person> people;
  for (const sql::Row& row : rows.value())
    people.push_back({row.id<Uid>(0), row.text(1), html_of(row, 2, 4), avatar_of(row, 3, 4), row.number(5),
                      row.number(4) == kPageUser, told_of(row, 6)});
  return people;
}

/// Their stay: since when, and whether it was told. Until the transaction ends no other logic changes it, nor by what
/// they are there; SQLite has one writer at a time.
Result<sql::Rows> stay_alone(sql::Connection& db, Uid uid) {
  return db.select(db.engine() == sql::Engine::kSqlite ? kTheirs : kTheirsAlone, {uid});
}

}  // namespace

Result<Person> People::add_guest(const std::string& name, const std::string& avatar, bool poll) {
  return store_.lanes().write<Person>(0, [&](store::Write& into) -> Result<Person> {
    const auto uid = into.db.insert(kAddUser, {kPageUser, name, avatar, into.now_ms});
    if (!uid.ok()) return uid.error();
    Person person{Uid(uid.value()), fd_of(Uid(uid.value()), poll), name, avatar};
    if (const Status entered = enter(into, person); !entered.ok()) return entered.error();
    return person;
  });
}

Result<Uid> People::add_stranger() {
  return store_.lanes().write<Uid>(0, [&](store::Write& into) -> Result<Uid> {
    const auto uid = into.db.insert(kAddUser, {kPageUser, "", "", into.now_ms});
    return uid.ok() ? Result<Uid>(Uid(uid.value())) : uid.error();
  });
}

/// Whoever finds that they have gone means the stay that it looked at, not the one that begins here.
Result<People::Entered> People::add_user(Uid uid, SessionEpoch session) {
  auto person = look_up(uid);
  if (!person.ok()) return person.error();
  return store_.lanes().write<Entered>(uid.value(), [&](store::Write& into) -> Result<Entered> {
    const auto there = stay_alone(into.db, uid);
    if (!there.ok()) return there.error();
    Entered coming{person.value(), there.value().empty()};
    if (coming.first) {
      if (const Status entered = enter(into, coming.person); !entered.ok()) return entered.error();
    } else {
      coming.person.since_ms = std::max(into.now_ms, there.value().front().number(0) + 1);
      const auto anew = into.db.execute(kStayAnew, {coming.person.since_ms, uid});
      if (!anew.ok()) return anew.error();
    }
    const Status noted = note_session(into, uid, session);
    return noted.ok() ? Result<Entered>(std::move(coming)) : noted.error();
  });
}

/// One that is over hangs on no session: whoever looks at it tells its end, should this logic die before it does.
Result<std::optional<Person>> People::let_go(Uid uid, SessionEpoch session) {
  using Last = std::optional<Person>;
  return store_.lanes().write<Last>(uid.value(), [&](store::Write& into) -> Result<Last> {
    if (const auto alone = stay_alone(into.db, uid); !alone.ok()) return alone.error();
    const auto sessions = into.db.select(kEntered, {uid});
    if (!sessions.ok()) return sessions.error();
    const auto stays = [session](const sql::Row& row) {
      return session_of(row, 0) != session && session_of(row, 0) != kNoSession;
    };
    const bool last = std::ranges::none_of(sessions.value(), stays);
    const Status gone = drop_session(into, uid, session);
    if (!gone.ok()) return gone.error();
    if (!last) return Last();
    const Status over = sessions.value().empty() ? Status(Ok{}) : note_session(into, uid, kNoSession);
    if (!over.ok()) return over.error();
    const auto people = select_people(into.db, "WHERE o.uid = ?", {uid});
    if (!people.ok()) return people.error();
    return people.value().empty() ? Last() : Last(people.value().front());
  });
}

Status People::forget_ended(const Stay& stay) {
  return store_.lanes().write<Ok>(stay.uid.value(), [&](store::Write& into) -> Status {
    if (const auto alone = stay_alone(into.db, stay.uid); !alone.ok()) return alone.error();
    const auto sessions = into.db.select(kEntered, {stay.uid});
    if (!sessions.ok()) return sessions.error();
    const auto has_ended = [&stay](const sql::Row& row) {
      return std::ranges::find(stay.ended, session_of(row, 0)) != stay.ended.end();
    };
    if (std::ranges::all_of(sessions.value(), has_ended)) return Ok{};
    for (const SessionEpoch session : stay.ended) {
      if (Status gone = drop_session(into, stay.uid, session); !gone.ok()) return gone;
    }
    return Ok{};
  });
}

Result<Person> People::look_up(Uid uid) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(kUser, {uid});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such user"};
  const sql::Row& row = rows.value().front();
  return Person{uid, fd_of(uid, false), html_of(row, 1, 3), avatar_of(row, 2, 3)};
}

Result<bool> People::is_page(Uid uid) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(kUser, {uid});
  if (!rows.ok()) return rows.error();
  return !rows.value().empty() && rows.value().front().number(3) == kPageUser;
}

Result<std::vector<Person>> People::select(const std::string& where, const sql::Values& values) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  return select_people(*db.value(), where, values);
}

Result<std::vector<Person>> People::all(std::size_t most) {
  return select("ORDER BY o.since_ms, o.uid LIMIT ?", {most});
}

Result<std::optional<Person>> People::unannounced(Uid uid) {
  auto found = select("WHERE o.uid = ? AND o.told <> 1", {uid});
  if (!found.ok()) return found.error();
  return found.value().empty() ? std::optional<Person>() : std::optional<Person>(found.value().front());
}

Result<bool> People::change(Uid uid, const char* statement, const sql::Values& values) {
  return store_.lanes().write<bool>(uid.value(), [&](store::Write& into) -> Result<bool> {
    const auto done = into.db.execute(statement, values);
    return done.ok() ? Result<bool>(done.value() > 0) : done.error();
  });
}

Result<bool> People::announcing(const Person& person) {
  return change(person.uid, "UPDATE webim_online SET told = 2 WHERE uid = ? AND since_ms = ? AND told <> 1",
                {person.uid, person.since_ms});
}

Status People::announced(const Person& person) {
  const auto done = change(person.uid, "UPDATE webim_online SET told = 1 WHERE uid = ? AND since_ms = ?",
                           {person.uid, person.since_ms});
  return done.ok() ? Status(Ok{}) : Status(done.error());
}

Result<bool> People::remove_unheard(const Person& person) {
  return change(person.uid, "DELETE FROM webim_online WHERE uid = ? AND since_ms = ? AND told = 0",
                {person.uid, person.since_ms});
}

/// The user goes too, unless something names it: then the store refuses, and all of it stays.
Status People::take_back(Uid uid) {
  return store_.lanes().write<Ok>(uid.value(), [&](store::Write& into) -> Status {
    const auto there = stay_alone(into.db, uid);
    if (!there.ok()) return there.error();
    if (!there.value().empty() && told_of(there.value().front(), 1) != Announced::kNo) return Ok{};
    const auto gone = into.db.execute("DELETE FROM users WHERE uid = ? AND kind = ?", {uid, kPageUser});
    return gone.ok() ? Status(Ok{}) : Status(gone.error());
  });
}

Result<std::vector<Person>> People::present(const std::vector<Uid>& uids) {
  std::vector<Person> people;
  for (std::size_t at = 0; at < uids.size(); at += kPortion) {
    auto found = select("WHERE o.uid IN (" + marks() + ")", portion(uids, at));
    if (!found.ok()) return found.error();
    people.insert(people.end(), found.value().begin(), found.value().end());
  }
  return people;
}

Result<std::vector<Stay>> People::stays_of_users(const std::vector<Uid>& uids) {
  const std::string text = std::string(kStay) + "JOIN users u ON u.uid = o.uid WHERE u.kind <> ? AND o.uid IN (" +
                           marks() + ") ORDER BY o.uid";
  std::vector<Stay> stays;
  for (std::size_t at = 0; at < uids.size(); at += kPortion) {
    auto db = store_.reader();
    if (!db.ok()) return db.error();
    sql::Values values{kPageUser};
    std::ranges::move(portion(uids, at), std::back_inserter(values));
    const auto rows = db.value()->select({text, 4}, values);
    if (!rows.ok()) return rows.error();
    add_stays(stays, rows.value());
  }
  return stays;
}

Result<std::vector<Person>> People::of_slot(std::size_t slot, std::int64_t grace_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  return select("WHERE o.slot = ? AND o.since_ms < ?", {static_cast<std::int64_t>(slot), now.value() - grace_ms});
}

Result<std::vector<Stay>> People::to_look_at(std::int64_t from_ms, std::int64_t until_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const std::string text =
      std::string(kStay) + "WHERE o.since_ms < ? AND (o.since_ms >= ? OR o.told <> 1) ORDER BY o.uid";
  const auto rows = db.value()->select({text, 4}, {until_ms, from_ms});
  if (!rows.ok()) return rows.error();
  std::vector<Stay> stays;
  add_stays(stays, rows.value());
  return stays;
}

Result<bool> People::again(Uid uid) { return change(uid, kAgain, {uid, uid, kPageUser}); }

/// Their end has been told, so whoever stays is told of anew, by another name: comets leave out what they have heard.
/// Somebody may have heard of them; a logic that dies now leaves it to the next one.
Result<bool> People::remove(const Person& person) {
  return store_.lanes().write<bool>(person.uid.value(), [&](store::Write& into) -> Result<bool> {
    const auto gone =
        into.db.execute("DELETE FROM webim_online WHERE uid = ? AND since_ms = ?", {person.uid, person.since_ms});
    if (!gone.ok()) return gone.error();
    if (gone.value() > 0) return true;
    const auto stays = into.db.execute(kToldAnew, {person.uid});
    return stays.ok() ? Result<bool>(false) : stays.error();
  });
}

}  // namespace im::logic::webim
