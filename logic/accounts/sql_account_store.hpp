#pragma once

#include "logic/accounts/account_store.hpp"
#include "logic/store/store.hpp"

namespace im::logic {

/// Accounts in the tables users, credentials, devices and refresh_tokens of the store (logic/store/migrations).
class SqlAccountStore final : public AccountStore {
 public:
  explicit SqlAccountStore(store::Store& store) : store_(store) {}

  Result<Uid> add(const Account& account, std::int64_t now_ms) override;
  Result<Account> by_login(std::string_view login) override;
  Result<Account> by_uid(Uid uid) override;
  Status set_password(Uid uid, const std::string& hash, std::int64_t now_ms) override;
  Status add_device(Uid uid, const Device& device, const RefreshToken& token, std::size_t most) override;
  Result<std::vector<Device>> devices(Uid uid) override;
  Result<bool> remove_device(Uid uid, std::string_view device) override;
  Result<std::vector<std::string>> remove_other_devices(Uid uid, std::string_view keep) override;
  Result<Rotation> rotate(std::string_view hash, const RefreshToken& next, std::int64_t grace_ms) override;

 private:
  template <class T, class Fn>
  Result<T> write(std::int64_t key, Fn fn);

  store::Store& store_;
};

}  // namespace im::logic
