#include "logic/chat/contact_service.hpp"

#include <algorithm>

#include "logic/chat/check.hpp"

namespace im::logic::chat {

namespace {

constexpr std::size_t kRequestBytes = 180;

constexpr sql::Query kState{"SELECT state FROM contacts WHERE uid = ? AND peer = ?", 1};
constexpr sql::Query kHowMany{"SELECT COUNT(*) FROM contacts WHERE uid = ?", 1};
constexpr sql::Query kUserExists{"SELECT COUNT(*) FROM users WHERE uid = ? AND state = 0", 1};
constexpr sql::Query kBlocks{"SELECT COUNT(*) FROM blocks WHERE uid = ? AND peer = ?", 1};
constexpr const char* kUpdate =
    "UPDATE contacts SET state = ?, greeting = ?, updated_ms = ? WHERE uid = ? AND peer = ?";
constexpr const char* kInsert = "INSERT INTO contacts (state, greeting, updated_ms, uid, peer) VALUES (?, ?, ?, ?, ?)";
constexpr const char* kForgetContact = "DELETE FROM contacts WHERE (uid = ? AND peer = ?) OR (uid = ? AND peer = ?)";
constexpr const char* kBlock = "INSERT INTO blocks (uid, peer, created_ms) VALUES (?, ?, ?)";
constexpr const char* kUnblock = "DELETE FROM blocks WHERE uid = ? AND peer = ?";
constexpr sql::Query kList{
    "SELECT c.peer, c.state, u.name, u.avatar, c.greeting FROM contacts c JOIN users u ON u.uid = c.peer"
    " WHERE c.uid = ? AND c.peer > ? ORDER BY c.peer LIMIT ?",
    5};
constexpr sql::Query kBlocked{
    "SELECT u.uid, u.name, u.avatar FROM blocks b JOIN users u ON u.uid = b.peer WHERE b.uid = ? ORDER BY u.uid", 3};
constexpr sql::Query kFind{"SELECT uid, name, avatar FROM users WHERE login = ? AND state = 0", 3};

Result<std::int64_t> first_number(sql::Connection& db, const sql::Query& query, const sql::Values& values) {
  auto rows = db.select(query, values);
  if (!rows) return rows.error();
  return rows.value().empty() ? 0 : rows.value().front().number(0);
}

Status set(store::Write& into, Uid uid, Uid peer, ContactState state, const std::string& greeting) {
  const sql::Values values = {static_cast<int>(state), greeting, into.now_ms, uid, peer};
  auto done = into.db.execute(kUpdate, values);
  if (done && done.value() == 0) done = into.db.execute(kInsert, values);
  return done ? Status(Ok{}) : Status(done.error());
}

Status set_both(store::Write& into, Uid uid, Uid peer, ContactState state) {
  if (auto mine = set(into, uid, peer, state, ""); !mine) return mine;
  return set(into, peer, uid, state, "");
}

/// Both directions of a pair are written in one lane.
std::int64_t pair_key(Uid a, Uid b) { return std::min(a, b).value(); }

}  // namespace

Result<ContactChange> ContactService::add(const Actor& actor, Uid peer, const std::string& greeting) {
  if (peer == actor.uid || peer.value() <= 0) return Error{Error::Code::kInvalid, "uid: is no other user"};
  if (auto good = check_text("greeting", greeting, kRequestBytes); !good) return good.error();
  auto kept = gate_.pass({actor, ConvId(), peer, "greeting", greeting}, kRequestBytes);
  if (!kept) return kept.error();
  auto done = store_.lanes().write<ContactChange>(
      pair_key(actor.uid, peer), [&](store::Write& into) { return ask(into, actor, peer, kept.value()); });
  if (done) done.value().greeting = std::move(kept).value();
  return done;
}

Result<ContactChange> ContactService::ask(store::Write& into, const Actor& actor, Uid peer,
                                          const std::string& greeting) {
  auto exists = first_number(into.db, kUserExists, {peer});
  if (!exists) return exists.error();
  if (exists.value() == 0) return Error{Error::Code::kNotFound, "no such user"};
  auto state = first_number(into.db, kState, {actor.uid, peer});
  if (!state) return state.error();
  if (state.value() == static_cast<int>(ContactState::kContact)) return ContactChange{ContactState::kContact, false};
  if (state.value() == static_cast<int>(ContactState::kAskedBy)) {
    if (auto both = set_both(into, actor.uid, peer, ContactState::kContact); !both) return both.error();
    return ContactChange{ContactState::kContact, true};
  }
  auto have = first_number(into.db, kHowMany, {actor.uid});
  if (!have) return have.error();
  if (have.value() >= limits_.contacts) return Error{Error::Code::kConflict, "no more contacts"};
  auto blocked = first_number(into.db, kBlocks, {peer, actor.uid});
  if (!blocked) return blocked.error();
  if (auto mine = set(into, actor.uid, peer, ContactState::kAsked, greeting); !mine) return mine.error();
  if (blocked.value() > 0) return ContactChange{ContactState::kAsked, false};
  if (auto theirs = set(into, peer, actor.uid, ContactState::kAskedBy, greeting); !theirs) return theirs.error();
  return ContactChange{ContactState::kAsked, true};
}

Result<ContactChange> ContactService::accept(const Actor& actor, Uid peer) { return answer(actor, peer, true); }
Result<ContactChange> ContactService::reject(const Actor& actor, Uid peer) { return answer(actor, peer, false); }

Result<ContactChange> ContactService::answer(const Actor& actor, Uid peer, bool yes) {
  return store_.lanes().write<ContactChange>(
      pair_key(actor.uid, peer), [&](store::Write& into) -> Result<ContactChange> {
        auto state = first_number(into.db, kState, {actor.uid, peer});
        if (!state) return state.error();
        if (state.value() != static_cast<int>(ContactState::kAskedBy))
          return Error{Error::Code::kNotFound, "nobody of that number asks"};
        if (yes) {
          if (auto both = set_both(into, actor.uid, peer, ContactState::kContact); !both) return both.error();
          return ContactChange{ContactState::kContact, true};
        }
        auto forgotten = into.db.execute(kForgetContact, {actor.uid, peer, peer, actor.uid});
        if (!forgotten) return forgotten.error();
        return ContactChange{ContactState::kNone, true};
      });
}

Result<ContactChange> ContactService::remove(const Actor& actor, Uid peer) {
  return store_.lanes().write<ContactChange>(
      pair_key(actor.uid, peer), [&](store::Write& into) -> Result<ContactChange> {
        auto forgotten = into.db.execute(kForgetContact, {actor.uid, peer, peer, actor.uid});
        if (!forgotten) return forgotten.error();
        return ContactChange{ContactState::kNone, forgotten.value() > 0};
      });
}

Status ContactService::block(const Actor& actor, Uid peer, bool on) {
  if (peer == actor.uid || peer.value() <= 0) return Error{Error::Code::kInvalid, "uid: is no other user"};
  return store_.lanes().write<Ok>(pair_key(actor.uid, peer), [&](store::Write& into) -> Status {
    auto exists = first_number(into.db, kUserExists, {peer});
    if (!exists) return exists.error();
    if (exists.value() == 0) return Error{Error::Code::kNotFound, "no such user"};
    auto is_on = first_number(into.db, kBlocks, {actor.uid, peer});
    if (!is_on) return is_on.error();
    if ((is_on.value() > 0) == on) return Ok{};
    auto done =
        on ? into.db.execute(kBlock, {actor.uid, peer, into.now_ms}) : into.db.execute(kUnblock, {actor.uid, peer});
    return done ? Status(Ok{}) : Status(done.error());
  });
}

Result<std::vector<Contact>> ContactService::list(const Actor& actor, Uid after, int limit) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kList, {actor.uid, after, limit > 0 ? std::min(limit, limits_.page) : limits_.page});
  if (!rows) return rows.error();
  std::vector<Contact> contacts;
  for (const auto& row : rows.value())
    contacts.push_back(
        {row.id<Uid>(0), static_cast<ContactState>(row.number(1)), row.text(2), row.text(3), row.text(4)});
  return contacts;
}

Result<std::vector<User>> ContactService::blocked(const Actor& actor) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kBlocked, {actor.uid});
  if (!rows) return rows.error();
  std::vector<User> users;
  for (const auto& row : rows.value()) users.push_back({row.id<Uid>(0), row.text(1), row.text(2)});
  return users;
}

Result<std::optional<User>> ContactService::find(const std::string& login) {
  if (auto good = check_given("login", login, limits_.name_bytes); !good) return good.error();
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kFind, {login});
  if (!rows) return rows.error();
  if (rows.value().empty()) return std::optional<User>();
  const auto& row = rows.value().front();
  return std::optional<User>(User{row.id<Uid>(0), row.text(1), row.text(2)});
}

}  // namespace im::logic::chat
