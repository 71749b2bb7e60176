#pragma once

#include <functional>
#include <string>

#include "common/base/blocking_pool.hpp"
#include "logic/accounts/account_service.hpp"
#include "logic/accounts/session_ends.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

/// The commands account.* and device.* (docs/accounts.md). Work is done on the pool; answers come from there.
class AccountRequests {
 public:
  static constexpr std::size_t kMaxName = 64;  ///< bytes
  /// The name to keep, or kDenied: the name that somebody gives passes the moderation (docs/hooks.md). Blocks, on the
  /// pool.
  using NameGate = std::function<Result<std::string>(const Caller& caller, const std::string& name)>;
  AccountRequests(AccountService& accounts, BlockingPool& pool, SessionEnds& ends, NameGate names);
  void add(RequestRouter& router);

 private:
  using Object = boost::json::object;
  void register_user(const Caller& caller, const Object& object, const Reply& reply);
  void login(const Caller& caller, const Object& object, const Reply& reply);
  void guest(const Caller& caller, const Object& object, const Reply& reply);
  void refresh(const Caller& caller, const Object& object, const Reply& reply);
  void logout(const Caller& caller, const Object& object, const Reply& reply);
  void change_password(const Caller& caller, const Object& object, const Reply& reply);
  void list_devices(const Caller& caller, const Object& object, const Reply& reply);
  void kick_device(const Caller& caller, const Object& object, const Reply& reply);
  void end_quietly(Uid uid, const std::string& device);

  AccountService& accounts_;
  BlockingPool& pool_;
  SessionEnds& ends_;
  const NameGate names_;
  RequestLimits guesses_;  ///< of one login from one address
};

}  // namespace im::logic
