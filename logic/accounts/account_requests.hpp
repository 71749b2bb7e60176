#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/accounts/account_service.hpp"
#include "logic/accounts/session_ends.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

/// The commands account.* and device.* (docs/accounts.md). Work is done on the pool; answers come from there.
class AccountRequests {
 public:
  AccountRequests(AccountService& accounts, BlockingPool& pool, SessionEnds& ends);
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
  RequestLimits guesses_;  ///< of one login from one address
};

}  // namespace im::logic
