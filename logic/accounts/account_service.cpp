#include "logic/accounts/account_service.hpp"

#include <algorithm>
#include <array>
#include <openssl/rand.h>
#include <stdexcept>

#include "common/base/base64.hpp"
#include "common/keys/digest.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMinPassword = 8;
constexpr std::size_t kMaxPassword = 256;
constexpr std::string_view kRefreshPrefix = "imr_";

Error wrong_password() { return {Error::Code::kDenied, "login or password is wrong"}; }
Error not_taken() { return {Error::Code::kDenied, "the refresh token is not accepted"}; }

template <std::size_t kBytes>
std::string random_text() {
  std::array<unsigned char, kBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("no random bytes from the system");
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string new_device() { return "d" + random_text<12>(); }
std::string new_refresh() { return std::string(kRefreshPrefix) + random_text<32>(); }

}  // namespace

Result<std::string> read_login(std::string_view text) {
  std::string login(text);
  for (char& c : login) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const bool good =
      login.size() >= 3 && login.size() <= 64 && std::all_of(login.begin(), login.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
      });
  if (!good) return Error{Error::Code::kInvalid, "\"login\" must be 3 to 64 of a-z, 0-9, \".\", \"_\", \"-\", \"@\""};
  return login;
}

Status check_password(std::string_view password) {
  if (password.size() >= kMinPassword && password.size() <= kMaxPassword) return Ok{};
  return Error{Error::Code::kInvalid, "a password must be 8 to 256 bytes"};
}

AccountService::AccountService(AccountStore& store, PasswordCost cost, AccountRules rules, Outside outside)
    : store_(store),
      hash_(cost),
      rules_(rules),
      outside_(std::move(outside)),
      nobody_(hash_.make(random_text<32>()).value()) {}

Status AccountService::may_register(const std::string& password) const {
  if (!rules_.registration) return Error{Error::Code::kDenied, "registration is closed"};
  return check_password(password);
}

Status AccountService::may_be_guest() const {
  if (rules_.guests) return Ok{};
  return Error{Error::Code::kDenied, "guests are not let in"};
}

Result<TokenPair> AccountService::register_user(std::string login, const std::string& password, std::string name,
                                                const std::string& label) {
  if (const Status status = may_register(password); !status.ok()) return status.error();
  auto hash = hash_.make(password);
  if (!hash.ok()) return hash.error();
  Account account;
  account.login = std::move(login);
  account.name = std::move(name);
  account.password = std::move(hash).value();
  const auto uid = store_.add(account, outside_.now_ms());
  if (!uid.ok()) return uid.error();
  return enter(uid.value(), label);
}

/// As slow for a login that nobody has: how long it takes must not tell who is there.
Result<TokenPair> AccountService::login(const std::string& login, const std::string& password,
                                        const std::string& label) {
  const auto account = store_.by_login(login);
  if (!account.ok() && account.error().code != Error::Code::kNotFound) return account.error();
  const bool usable = account.ok() && !account.value().closed && !account.value().password.empty();
  const bool proven = PasswordHash::holds(usable ? account.value().password : nobody_, password);
  if (!usable || !proven) return wrong_password();
  const Uid uid = account.value().uid;
  if (hash_.outdated(account.value().password)) {
    auto hash = hash_.make(password);
    if (hash.ok()) store_.set_password(uid, hash.value(), outside_.now_ms());
  }
  return enter(uid, label);
}

Result<TokenPair> AccountService::guest(std::string name, const std::string& label) {
  if (const Status status = may_be_guest(); !status.ok()) return status.error();
  Account account;
  account.name = std::move(name);
  account.kind = AccountKind::kGuest;
  const auto uid = store_.add(account, outside_.now_ms());
  if (!uid.ok()) return uid.error();
  return enter(uid.value(), label);
}

Result<TokenPair> AccountService::enter(Uid uid, const std::string& label) {
  const std::int64_t now = outside_.now_ms();
  const Device device{new_device(), label, now, now};
  const std::string refresh = new_refresh();
  const RefreshToken kept{sha256_hex(refresh), now, now + rules_.refresh_ms};
  const Status status = store_.add_device(uid, device, kept, rules_.max_devices);
  if (!status.ok()) return status.error();
  return pair(uid, device.id, refresh);
}

Result<TokenPair> AccountService::pair(Uid uid, const std::string& device, const std::string& refresh) {
  const std::int64_t now_s = outside_.now_ms() / 1000;
  auto access = outside_.sign(uid, device, now_s, now_s + rules_.access_s);
  if (!access.ok()) return access.error();
  return TokenPair{uid, device, std::move(access).value(), refresh, rules_.access_s};
}

Result<Refreshed> AccountService::refresh(const std::string& token) {
  if (!token.starts_with(kRefreshPrefix)) return not_taken();
  const std::int64_t now = outside_.now_ms();
  const std::string next = new_refresh();
  const auto rotation =
      store_.rotate(sha256_hex(token), {sha256_hex(next), now, now + rules_.refresh_ms}, rules_.grace_ms);
  if (!rotation.ok()) return rotation.error().code == Error::Code::kNotFound ? not_taken() : rotation.error();
  const auto& [uid, device, reused] = rotation.value();
  if (reused) return Refreshed{{uid, device, "", "", 0}, true};
  const auto account = store_.by_uid(uid);
  if (!account.ok() || account.value().closed) return not_taken();
  auto tokens = pair(uid, device, next);
  if (!tokens.ok()) return tokens.error();
  return Refreshed{std::move(tokens).value(), false};
}

Status AccountService::end_device(Uid uid, const std::string& device) {
  const auto removed = store_.remove_device(uid, device);
  if (!removed.ok()) return removed.error();
  if (!removed.value()) return Error{Error::Code::kNotFound, "no such device"};
  return Ok{};
}

Result<std::vector<std::string>> AccountService::change_password(Uid uid, const std::string& device,
                                                                 const std::string& old_password,
                                                                 const std::string& new_password) {
  if (const Status status = check_password(new_password); !status.ok()) return status.error();
  const auto account = store_.by_uid(uid);
  if (!account.ok()) return account.error();
  if (!PasswordHash::holds(account.value().password, old_password))
    return Error{Error::Code::kDenied, "the old password is wrong"};
  const auto hash = hash_.make(new_password);
  if (!hash.ok()) return hash.error();
  const Status set = store_.set_password(uid, hash.value(), outside_.now_ms());
  if (!set.ok()) return set.error();
  return store_.remove_other_devices(uid, device);
}

}  // namespace im::logic
