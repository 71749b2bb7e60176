#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/blocking_pool.hpp"
#include "logic/calls/call_asker.hpp"
#include "logic/calls/call_busy.hpp"
#include "logic/calls/call_targets.hpp"
#include "logic/requests/request_limits.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

/// call.invite and call.join: how calls begin (docs/calls.md). Any thread; what asks the database runs on the pool.
class CallEntries {
 public:
  struct Uses {
    CallAsker& asker;
    CallBusy& busy;
    CallTargets& targets;
    BlockingPool& pool;
  };
  CallEntries(Uses uses, int pair_invites);
  void add_requests(RequestRouter& router);

  /// An old page calls a user; `fd`: its address.
  struct PageAsk {
    std::string fd, kind, room;
    Uid to;
  };
  void page_asks(const Caller& caller, const PageAsk& ask, const Reply& reply);
  /// One more call of one user to another, if it may be.
  std::optional<Failure> take_pair(Uid caller, Uid callee);

 private:
  struct Invite;
  void invite(const Caller& caller, const boost::json::object& object, const Reply& reply);
  void join(const Caller& caller, const boost::json::object& object, const Reply& reply);
  void found(const std::shared_ptr<Invite>& invite, const Result<CallTarget>& target);
  void begin_pair(const std::shared_ptr<Invite>& invite, Uid callee);
  void begin_group(const std::shared_ptr<Invite>& invite);
  void claim_caller(const std::shared_ptr<Invite>& invite);
  void claim_callee(const std::shared_ptr<Invite>& invite);
  void begin(const std::shared_ptr<Invite>& invite);
  void refuse_busy(const std::shared_ptr<Invite>& invite, const im::calls::ApplyReply& begun);

  const Uses uses_;
  RequestLimits pairs_;
};

}  // namespace im::logic
