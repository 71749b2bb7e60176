#include "logic/webim/people.hpp"

#include "common/base/slot.hpp"
#include "logic/webim/fd.hpp"

namespace im::logic::webim {

namespace {

constexpr const char* kAddUser = "INSERT INTO users (kind, name, avatar, created_ms) VALUES (?, ?, ?, ?)";
constexpr const char* kEnter = "INSERT INTO webim_online (uid, slot, fd, since_ms, told) VALUES (?, ?, ?, ?, 0)";
constexpr std::string_view kPerson =
    "SELECT o.uid, o.fd, u.name, u.avatar, u.kind FROM webim_online o JOIN users u ON u.uid = o.uid ";
constexpr sql::Query kUser{"SELECT uid, name, avatar, kind FROM users WHERE uid = ?", 4};
constexpr sql::Query kIsIn{"SELECT uid FROM webim_online WHERE uid = ?", 1};

constexpr std::int64_t kLookedAt = 5000;  // numbers of users at a time
constexpr sql::Query kLastUser{"SELECT COALESCE(MAX(uid), 0) FROM users", 1};
constexpr sql::Query kUnused{
    "SELECT u.uid FROM users u WHERE u.kind = ? AND u.uid > ? AND u.uid <= ? AND u.created_ms <= ? "
    "AND NOT EXISTS (SELECT 1 FROM webim_online o WHERE o.uid = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM webim_rooms r WHERE r.uid = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.sender = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM members c WHERE c.uid = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM media d WHERE d.owner = u.uid)",
    1};

std::int64_t slot_number(Uid uid) { return static_cast<std::int64_t>(slot_of(uid.value())); }

Status enter(store::Write& into, const Person& person) {
  const auto done = into.db.execute(kEnter, {person.uid, slot_number(person.uid), person.fd, into.now_ms});
  return done.ok() ? Status(Ok{}) : Status(done.error());
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

/// A guest who says the first word meanwhile is named by it: then the store refuses.
Result<Uid> People::drop_unused(std::int64_t keep_ms, Uid after) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  const auto last = db.value()->select(kLastUser);
  if (!last.ok()) return last.error();
  const std::int64_t until = after.value() + kLookedAt;
  const auto unused = db.value()->select(kUnused, {kPageUser, after, until, now.value() - keep_ms});
  if (!unused.ok()) return unused.error();
  for (const sql::Row& row : unused.value()) {
    const Status gone = store_.lanes().write<Ok>(row.number(0), [&](store::Write& into) -> Status {
      const auto done = into.db.execute("DELETE FROM users WHERE uid = ?", {row.number(0)});
      return done.ok() ? Status(Ok{}) : Status(done.error());
    });
    if (!gone.ok() && gone.error().code != Error::Code::kConflict) return gone.error();
  }
  return until < last.value().front().number(0) ? Uid(until) : Uid();
}

Result<std::optional<Person>> People::add_user(Uid uid) {
  auto person = look_up(uid);
  if (!person.ok()) return person.error();
  return store_.lanes().write<std::optional<Person>>(
      uid.value(), [&](store::Write& into) -> Result<std::optional<Person>> {
        const auto there = into.db.select(kIsIn, {uid});
        if (!there.ok()) return there.error();
        if (!there.value().empty()) return std::optional<Person>();
        if (const Status entered = enter(into, person.value()); !entered.ok()) return entered.error();
        return std::optional<Person>(person.value());
      });
}

Result<Person> People::look_up(Uid uid) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto rows = db.value()->select(kUser, {uid});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such user"};
  const sql::Row& row = rows.value().front();
  return Person{uid, fd_of(uid, false), html_of(row, 1, 3), html_of(row, 2, 3)};
}

Result<std::vector<Person>> People::select(const std::string& where, const sql::Values& values) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const std::string text = std::string(kPerson) + where;
  const auto rows = db.value()->select({text, 5}, values);
  if (!rows.ok()) return rows.error();
  std::vector<Person> people;
  for (const sql::Row& row : rows.value())
    people.push_back({row.id<Uid>(0), row.text(1), html_of(row, 2, 4), html_of(row, 3, 4)});
  return people;
}

Result<std::vector<Person>> People::all(std::size_t most) {
  return select("ORDER BY o.since_ms, o.uid LIMIT ?", {most});
}

Result<std::optional<Person>> People::unannounced(Uid uid) {
  auto found = select("WHERE o.uid = ? AND o.told = 0", {uid});
  if (!found.ok()) return found.error();
  return found.value().empty() ? std::optional<Person>() : std::optional<Person>(found.value().front());
}

Status People::announced(Uid uid) {
  return store_.lanes().write<Ok>(uid.value(), [&](store::Write& into) -> Status {
    const auto done = into.db.execute("UPDATE webim_online SET told = 1 WHERE uid = ?", {uid});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

/// In portions of one size: a statement is kept for each text.
Result<std::vector<Person>> People::present(const std::vector<Uid>& uids) {
  constexpr std::size_t kPortion = 32;
  std::string marks = "?";
  for (std::size_t i = 1; i < kPortion; ++i) marks += ", ?";
  std::vector<Person> people;
  for (std::size_t at = 0; at < uids.size(); at += kPortion) {
    sql::Values values;
    for (std::size_t i = at; i < at + kPortion; ++i) values.emplace_back(i < uids.size() ? uids[i] : Uid());
    auto found = select("WHERE o.uid IN (" + marks + ")", values);
    if (!found.ok()) return found.error();
    people.insert(people.end(), found.value().begin(), found.value().end());
  }
  return people;
}

Result<std::vector<Person>> People::of_slot(std::size_t slot, std::int64_t grace_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  return select("WHERE o.slot = ? AND o.since_ms < ?", {static_cast<std::int64_t>(slot), now.value() - grace_ms});
}

Result<std::vector<Person>> People::never_came(std::int64_t grace_ms) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  return select("WHERE o.told = 0 AND o.since_ms < ?", {now.value() - grace_ms});
}

Status People::remove(Uid uid) {
  return store_.lanes().write<Ok>(uid.value(), [&](store::Write& into) -> Status {
    const auto done = into.db.execute("DELETE FROM webim_online WHERE uid = ?", {uid});
    return done.ok() ? Status(Ok{}) : Status(done.error());
  });
}

}  // namespace im::logic::webim
