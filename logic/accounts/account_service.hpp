#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/keys/password_hash.hpp"
#include "logic/accounts/account_store.hpp"

namespace im::logic {

struct AccountRules {
  bool registration = true;
  bool guests = false;
  std::int64_t access_s = 3600;
  std::int64_t refresh_ms = 2592000000;
  std::int64_t grace_ms = 10000;
  std::size_t max_devices = 32;
};

/// What a client gets when it has proven who it is.
struct TokenPair {
  Uid uid;
  std::string device;
  std::string access;   ///< for op 7 and for `Authorization: Bearer`
  std::string refresh;  ///< for account.refresh, once
  std::int64_t access_s = 0;
};

/// What came of a refresh token that is ours.
struct Refreshed {
  TokenPair tokens;
  bool stolen =
      false;  ///< used twice: its device has been taken out, its session must end; no tokens but uid and device
};

/// Accounts and their devices. Blocking: on the pool. Errors: kDenied = it is not proven, kInvalid names the field.
class AccountService {
 public:
  /// Signs an access token (OwnTokens::sign).
  using Sign =
      std::function<Result<std::string>(Uid, const std::string& device, std::int64_t now_s, std::int64_t expires_s)>;
  struct Outside {
    Sign sign;
    std::function<std::int64_t()> now_ms;  ///< Unix time
  };
  AccountService(AccountStore& store, PasswordCost cost, AccountRules rules, Outside outside);

  /// Asked before anything that costs: kDenied when it is closed, kInvalid for the password.
  Status may_register(const std::string& password) const;
  Status may_be_guest() const;
  Result<TokenPair> register_user(std::string login, const std::string& password, std::string name,
                                  const std::string& label);
  Result<TokenPair> login(const std::string& login, const std::string& password, const std::string& label);
  Result<TokenPair> guest(std::string name, const std::string& label);
  Result<Refreshed> refresh(const std::string& token);
  Result<std::vector<Device>> devices(Uid uid) { return store_.devices(uid); }
  /// kNotFound: no such device.
  Status end_device(Uid uid, const std::string& device);
  /// The other devices, which have been taken out.
  Result<std::vector<std::string>> change_password(Uid uid, const std::string& device, const std::string& old_password,
                                                   const std::string& new_password);

 private:
  Result<TokenPair> enter(Uid uid, const std::string& label);
  Result<TokenPair> pair(Uid uid, const std::string& device, const std::string& refresh);

  AccountStore& store_;
  const PasswordHash hash_;
  const AccountRules rules_;
  const Outside outside_;
  const std::string nobody_;  ///< a hash that no password has
};

/// Lower case; kInvalid: not 3 to 64 of a-z, 0-9, ".", "_", "-", "@".
Result<std::string> read_login(std::string_view text);
/// kInvalid: not 8 to 256 bytes.
Status check_password(std::string_view password);

}  // namespace im::logic
