#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

namespace im::logic {

enum class AccountKind : std::uint8_t {
  kPassword = 0,
  kGuest = 1,     ///< a name only; ends with its device
  kExternal = 2,  ///< somebody else says who it is (identity jwt, webhook)
};

struct Account {
  Uid uid;
  std::string login;  ///< "" = none
  std::string name;
  AccountKind kind = AccountKind::kPassword;
  bool closed = false;
  std::string password;  ///< its hash (PHC string); "" = none
};

/// One login of a user that still counts.
struct Device {
  std::string id;     ///< ours, fresh at each login
  std::string label;  ///< theirs
  std::int64_t created_ms = 0, last_seen_ms = 0;
};

/// A refresh token, by what is kept of it.
struct RefreshToken {
  std::string hash;  ///< SHA-256 of its text
  std::int64_t issued_ms = 0, expires_ms = 0;
};

/// What came of a refresh token that was shown.
struct Rotation {
  Uid uid;
  std::string device;
  bool reused = false;  ///< it had been used: the device has been taken out
};

/// Accounts, where they outlive processes. Blocking; any thread but one of an io_context. Each call is one transaction.
class AccountStore {
 public:
  virtual ~AccountStore() = default;
  /// kConflict: the login is taken.
  virtual Result<Uid> add(const Account& account, std::int64_t now_ms) = 0;
  /// kNotFound.
  virtual Result<Account> by_login(std::string_view login) = 0;
  virtual Result<Account> by_uid(Uid uid) = 0;
  virtual Status set_password(Uid uid, const std::string& hash, std::int64_t now_ms) = 0;

  /// Above `most` devices the one that was not seen for longest goes.
  virtual Status add_device(Uid uid, const Device& device, const RefreshToken& token, std::size_t most) = 0;
  virtual Result<std::vector<Device>> devices(Uid uid) = 0;
  /// False: it was not there.
  virtual Result<bool> remove_device(Uid uid, std::string_view device) = 0;
  /// All but `keep`; those that were there.
  virtual Result<std::vector<std::string>> remove_other_devices(Uid uid, std::string_view keep) = 0;
  /// Takes `next` in the place of the token with this hash. A token used before within `grace_ms` may be used once more
  /// (its answer was lost); later that is theft or a copy, and its device goes. kNotFound: unknown or over.
  virtual Result<Rotation> rotate(std::string_view hash, const RefreshToken& next, std::int64_t grace_ms) = 0;
};

}  // namespace im::logic
