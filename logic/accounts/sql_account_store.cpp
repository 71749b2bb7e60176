#include "logic/accounts/sql_account_store.hpp"

#include <functional>
#include <string>

namespace im::logic {

namespace {

using sql::Connection;

constexpr std::string_view kAccount =
    "SELECT u.uid, u.login, u.name, u.kind, u.state, c.hash FROM users u LEFT JOIN credentials c ON c.uid = u.uid "
    "WHERE ";
constexpr std::int64_t kClosed = 1;

std::int64_t key_of(std::string_view text) { return static_cast<std::int64_t>(std::hash<std::string_view>{}(text)); }

/// Runs them one after the other until one fails.
Status all(Connection& db, std::initializer_list<std::pair<std::string_view, sql::Values>> statements) {
  for (const auto& [text, values] : statements) {
    const auto done = db.execute(text, values);
    if (!done.ok()) return done.error();
  }
  return Ok{};
}

Result<Account> read_account(store::Store& store, const std::string& where, const sql::Value& value) {
  auto lease = store.reader();
  if (!lease.ok()) return lease.error();
  const std::string text = std::string(kAccount) + where;
  const auto rows = lease.value()->select({text, 6}, {value});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such user"};
  const sql::Row& row = rows.value().front();
  Account account;
  account.uid = row.id<Uid>(0);
  account.login = row.text(1);
  account.name = row.text(2);
  account.kind = static_cast<AccountKind>(row.number(3));
  account.closed = row.number(4) == kClosed;
  account.password = row.text(5);
  return account;
}

Status drop_device(Connection& db, Uid uid, std::string_view device) {
  return all(db, {{"DELETE FROM refresh_tokens WHERE uid = ? AND device = ?", {uid, device}},
                  {"DELETE FROM devices WHERE uid = ? AND device = ?", {uid, device}}});
}

Result<std::vector<Device>> read_devices(Connection& db, Uid uid) {
  const auto rows = db.select({"SELECT device, platform, created_ms, last_seen_ms FROM devices WHERE uid = ? "
                               "ORDER BY last_seen_ms DESC, device",
                               4},
                              {uid});
  if (!rows.ok()) return rows.error();
  std::vector<Device> devices;
  for (const sql::Row& row : rows.value()) devices.push_back({row.text(0), row.text(1), row.number(2), row.number(3)});
  return devices;
}

Status add_token(Connection& db, Uid uid, std::string_view device, const RefreshToken& token) {
  return all(db, {{"INSERT INTO refresh_tokens (token_hash, family, uid, device, issued_ms, expires_ms) "
                   "VALUES (?, ?, ?, ?, ?, ?)",
                   {token.hash, device, uid, device, token.issued_ms, token.expires_ms}}});
}

/// What is over can be neither used nor stolen.
Status sweep(Connection& db, Uid uid, std::int64_t now_ms) {
  return all(db, {{"DELETE FROM refresh_tokens WHERE uid = ? AND expires_ms <= ?", {uid, now_ms}},
                  {"DELETE FROM devices WHERE uid = ? AND NOT EXISTS (SELECT 1 FROM refresh_tokens t "
                   "WHERE t.uid = devices.uid AND t.device = devices.device)",
                   {uid}}});
}

}  // namespace

template <class T, class Fn>
Result<T> SqlAccountStore::write(std::int64_t key, Fn fn) {
  return store_.lanes().write<T>(key, [&fn](store::Write& write) -> Result<T> { return fn(write.db); });
}

Result<Uid> SqlAccountStore::add(const Account& account, std::int64_t now_ms) {
  return write<Uid>(key_of(account.login), [&](Connection& db) -> Result<Uid> {
    const sql::Value login = account.login.empty() ? sql::Value(nullptr) : sql::Value(account.login);
    const auto uid = db.insert("INSERT INTO users (login, kind, name, avatar, created_ms) VALUES (?, ?, ?, '', ?)",
                               {login, static_cast<std::int64_t>(account.kind), account.name, now_ms});
    if (!uid.ok()) {
      const bool taken = uid.error().code == Error::Code::kConflict;
      return taken ? Error{Error::Code::kConflict, "the login is taken"} : uid.error();
    }
    if (!account.password.empty()) {
      const Status set = all(db, {{"INSERT INTO credentials (uid, hash, changed_ms) VALUES (?, ?, ?)",
                                   {uid.value(), account.password, now_ms}}});
      if (!set.ok()) return set.error();
    }
    return Uid(uid.value());
  });
}

Result<Account> SqlAccountStore::by_login(std::string_view login) { return read_account(store_, "u.login = ?", login); }

Result<Account> SqlAccountStore::by_uid(Uid uid) { return read_account(store_, "u.uid = ?", uid); }

Status SqlAccountStore::set_password(Uid uid, const std::string& hash, std::int64_t now_ms) {
  return write<Ok>(uid.value(), [&](Connection& db) {
    return all(db, {{"UPDATE credentials SET hash = ?, changed_ms = ? WHERE uid = ?", {hash, now_ms, uid}}});
  });
}

Status SqlAccountStore::add_device(Uid uid, const Device& device, const RefreshToken& token, std::size_t most) {
  return write<Ok>(uid.value(), [&](Connection& db) -> Status {
    if (const Status swept = sweep(db, uid, token.issued_ms); !swept.ok()) return swept;
    const auto own = read_devices(db, uid);
    if (!own.ok()) return own.error();
    for (std::size_t i = most - 1; i < own.value().size(); ++i) {
      if (const Status dropped = drop_device(db, uid, own.value()[i].id); !dropped.ok()) return dropped;
    }
    const Status added =
        all(db, {{"INSERT INTO devices (uid, device, platform, created_ms, last_seen_ms) VALUES (?, ?, ?, ?, ?)",
                  {uid, device.id, device.label, device.created_ms, device.last_seen_ms}}});
    return added.ok() ? add_token(db, uid, device.id, token) : added;
  });
}

Result<std::vector<Device>> SqlAccountStore::devices(Uid uid) {
  auto lease = store_.reader();
  if (!lease.ok()) return lease.error();
  return read_devices(*lease.value(), uid);
}

Result<bool> SqlAccountStore::remove_device(Uid uid, std::string_view device) {
  return write<bool>(uid.value(), [&](Connection& db) -> Result<bool> {
    const Status tokens = all(db, {{"DELETE FROM refresh_tokens WHERE uid = ? AND device = ?", {uid, device}}});
    if (!tokens.ok()) return tokens.error();
    const auto removed = db.execute("DELETE FROM devices WHERE uid = ? AND device = ?", {uid, device});
    if (!removed.ok()) return removed.error();
    return removed.value() > 0;
  });
}

Result<std::vector<std::string>> SqlAccountStore::remove_other_devices(Uid uid, std::string_view keep) {
  return write<std::vector<std::string>>(uid.value(), [&](Connection& db) -> Result<std::vector<std::string>> {
    const auto own = read_devices(db, uid);
    if (!own.ok()) return own.error();
    std::vector<std::string> gone;
    for (const Device& device : own.value()) {
      if (device.id == keep) continue;
      if (const Status dropped = drop_device(db, uid, device.id); !dropped.ok()) return dropped.error();
      gone.push_back(device.id);
    }
    return gone;
  });
}

/// The UPDATE decides: of two that show the same token at the same time one is the second.
Result<Rotation> SqlAccountStore::rotate(std::string_view hash, const RefreshToken& next, std::int64_t grace_ms) {
  return write<Rotation>(key_of(hash), [&](Connection& db) -> Result<Rotation> {
    const auto first =
        db.execute("UPDATE refresh_tokens SET used_ms = ? WHERE token_hash = ? AND used_ms = 0 AND expires_ms > ?",
                   {next.issued_ms, hash, next.issued_ms});
    if (!first.ok()) return first.error();
    const auto rows =
        db.select({"SELECT uid, device, used_ms FROM refresh_tokens WHERE token_hash = ? AND expires_ms > ?", 3},
                  {hash, next.issued_ms});
    if (!rows.ok()) return rows.error();
    if (rows.value().empty()) return Error{Error::Code::kNotFound, "no such token"};
    const sql::Row& row = rows.value().front();
    const Rotation rotation{row.id<Uid>(0), row.text(1),
                            first.value() == 0 && row.number(2) + grace_ms < next.issued_ms};
    const Status done = rotation.reused ? drop_device(db, rotation.uid, rotation.device)
                                        : add_token(db, rotation.uid, rotation.device, next);
    if (!done.ok()) return done.error();
    const Status seen = all(db, {{"UPDATE devices SET last_seen_ms = ? WHERE uid = ? AND device = ?",
                                  {next.issued_ms, rotation.uid, rotation.device}}});
    if (!seen.ok()) return seen.error();
    return rotation;
  });
}

}  // namespace im::logic
