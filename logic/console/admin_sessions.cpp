#include "logic/console/admin_sessions.hpp"

#include <array>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdexcept>

#include "common/base/base64.hpp"
#include "common/keys/digest.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kTokenBytes = 32;

std::string random_token() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("no random bytes from the system");
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Another one: the admin is not who he was at his login.
std::string stamp_of(const AdminUser& admin) {
  return sha256_hex(admin.login + "\n" + std::string(name_of(admin.role)) + "\n" + admin.password);
}

Error not_logged_in() { return {Error::Code::kDenied, "log in first"}; }

}  // namespace

std::string csrf_of(std::string_view token) { return sha256_hex("csrf " + std::string(token)); }

bool is_csrf_of(std::string_view given, std::string_view token) {
  const std::string wanted = csrf_of(token);
  return given.size() == wanted.size() && CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

AdminSessions::AdminSessions(store::Store& store, const AdminBook& book, LoginTries::Rules rules,
                             std::int64_t lifetime_ms)
    : store_(store),
      book_(book),
      tries_(store, rules),
      lifetime_ms_(lifetime_ms),
      nobody_(PasswordHash({}).make(random_token()).value()) {}

Result<AdminLogin> AdminSessions::login(const std::string& login, const std::string& password,
                                        const std::string& address) {
  const auto locked = tries_.begin(login, address);
  if (!locked.ok()) return locked.error();
  if (locked.value() > 0) return AdminLogin{{}, "", locked.value()};
  const auto admin = book_.find(login);
  const bool proven = PasswordHash::holds(admin ? admin->password : nobody_, password);
  if (!admin || !proven) return AdminLogin{};
  if (const Status forgotten = tries_.succeeded(login, address); !forgotten.ok()) return forgotten.error();
  auto token = open(*admin);
  if (!token.ok()) return token.error();
  return AdminLogin{*admin, std::move(token).value(), 0};
}

Result<std::string> AdminSessions::open(const AdminUser& admin) {
  const std::string token = random_token();
  const Status kept = store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    const auto swept = into.db.execute("DELETE FROM admin_sessions WHERE expires_ms <= ?", {into.now_ms});
    if (!swept.ok()) return swept.error();
    const auto added =
        into.db.execute("INSERT INTO admin_sessions (token_hash, login, stamp, expires_ms) VALUES (?, ?, ?, ?)",
                        {sha256_hex(token), admin.login, stamp_of(admin), into.now_ms + lifetime_ms_});
    return added.ok() ? Status(Ok{}) : Status(added.error());
  });
  if (!kept.ok()) return kept.error();
  return token;
}

Result<AdminUser> AdminSessions::who(std::string_view token) {
  if (token.empty() || token.size() > 2 * kTokenBytes) return not_logged_in();
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  const auto rows =
      db.value()->select({"SELECT login, stamp FROM admin_sessions WHERE token_hash = ? AND expires_ms > ?", 2},
                         {sha256_hex(token), now.value()});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty()) return not_logged_in();
  const auto admin = book_.find(rows.value().front().text(0));
  if (!admin || stamp_of(*admin) != rows.value().front().text(1)) return not_logged_in();
  return *admin;
}

Status AdminSessions::logout(std::string_view token) {
  return store_.lanes().write<Ok>(0, [&](store::Write& into) -> Status {
    const auto gone = into.db.execute("DELETE FROM admin_sessions WHERE token_hash = ?", {sha256_hex(token)});
    return gone.ok() ? Status(Ok{}) : Status(gone.error());
  });
}

}  // namespace im::logic
