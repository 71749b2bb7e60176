#pragma once

#include <string>
#include <string_view>

#include "common/keys/password_hash.hpp"
#include "logic/console/admin_book.hpp"
#include "logic/console/login_tries.hpp"
#include "logic/store/store.hpp"

namespace im::logic {

/// What came of a login.
struct AdminLogin {
  AdminUser admin;
  std::string token;           ///< of the cookie; "" = not let in
  std::int64_t locked_ms = 0;  ///< above 0: too many tries, for so long
};

/// Who is logged in. In the store, by the hash of a random token, so every logic knows it. A session ends with its
/// time, at logout, and when login, role or password of its admin change. Blocking; any thread but an I/O thread.
class AdminSessions {
 public:
  AdminSessions(store::Store& store, const AdminBook& book, LoginTries::Rules rules, std::int64_t lifetime_ms);

  /// As slow for a login that nobody has.
  Result<AdminLogin> login(const std::string& login, const std::string& password, const std::string& address);
  /// kDenied: nobody's token, or it is over.
  Result<AdminUser> who(std::string_view token);
  Status logout(std::string_view token);

 private:
  Result<std::string> open(const AdminUser& admin);

  store::Store& store_;
  const AdminBook& book_;
  LoginTries tries_;
  const std::int64_t lifetime_ms_;
  const std::string nobody_;  ///< a hash that no password has
};

/// What a page must say with everything it changes (X-CSRF-Token): only who knows the session's token can tell it.
std::string csrf_of(std::string_view token);
/// In constant time.
bool is_csrf_of(std::string_view given, std::string_view token);

}  // namespace im::logic
