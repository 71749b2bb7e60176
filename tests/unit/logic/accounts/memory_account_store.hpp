#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "logic/accounts/account_store.hpp"

namespace im::logic {

/// The rules of AccountStore in maps. One thread.
class MemoryAccountStore final : public AccountStore {
 public:
  Result<Uid> add(const Account& account, std::int64_t) override {
    if (!account.login.empty() && by_login(account.login).ok()) return Error{Error::Code::kConflict, "taken"};
    const Uid uid(++last_);
    accounts[uid] = account;
    accounts[uid].uid = uid;
    return uid;
  }
  Result<Account> by_login(std::string_view login) override {
    for (const auto& [uid, account] : accounts) {
      if (account.login == login) return account;
    }
    return Error{Error::Code::kNotFound, "no such login"};
  }
  Result<Account> by_uid(Uid uid) override {
    const auto found = accounts.find(uid);
    if (found == accounts.end()) return Error{Error::Code::kNotFound, "no such user"};
    return found->second;
  }
  Status set_password(Uid uid, const std::string& hash, std::int64_t) override {
    accounts[uid].password = hash;
    return Ok{};
  }
  Status add_device(Uid uid, const Device& device, const RefreshToken& token, std::size_t most) override {
    auto& own = devices_[uid];
    while (own.size() >= most) {
      const auto oldest = std::min_element(
          own.begin(), own.end(), [](const Device& a, const Device& b) { return a.last_seen_ms < b.last_seen_ms; });
      remove_device(uid, std::string(oldest->id));
    }
    own.push_back(device);
    tokens[token.hash] = {uid, device.id, token.expires_ms, 0};
    return Ok{};
  }
  Result<std::vector<Device>> devices(Uid uid) override { return devices_[uid]; }
  Result<bool> remove_device(Uid uid, std::string_view device) override {
    std::erase_if(tokens, [&](const auto& token) { return token.second.uid == uid && token.second.device == device; });
    return std::erase_if(devices_[uid], [&](const Device& one) { return one.id == device; }) > 0;
  }
  Result<std::vector<std::string>> remove_other_devices(Uid uid, std::string_view keep) override {
    std::vector<std::string> gone;
    for (const Device& device : devices_[uid]) {
      if (device.id != keep) gone.push_back(device.id);
    }
    for (const std::string& device : gone) remove_device(uid, device);
    return gone;
  }
  Result<Rotation> rotate(std::string_view hash, const RefreshToken& next, std::int64_t grace_ms) override {
    const auto found = tokens.find(std::string(hash));
    if (found == tokens.end() || found->second.expires_ms <= next.issued_ms)
      return Error{Error::Code::kNotFound, "no such token"};
    Token& token = found->second;
    const Rotation rotation{token.uid, token.device, token.used_ms != 0 && token.used_ms + grace_ms < next.issued_ms};
    if (rotation.reused) {
      remove_device(rotation.uid, rotation.device);
      return rotation;
    }
    if (token.used_ms == 0) token.used_ms = next.issued_ms;
    tokens[next.hash] = {rotation.uid, rotation.device, next.expires_ms, 0};
    return rotation;
  }

  struct Token {
    Uid uid;
    std::string device;
    std::int64_t expires_ms = 0, used_ms = 0;
  };
  std::map<Uid, Account> accounts;
  std::map<std::string, Token> tokens;

 private:
  std::int64_t last_ = 0;
  std::map<Uid, std::vector<Device>> devices_;
};

}  // namespace im::logic
