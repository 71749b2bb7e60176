#pragma once

#include <memory>

#include "logic/calls/call_entries.hpp"

namespace im::logic {

/// call.add: rings more people for a call that goes on (docs/calls.md). Any thread; what asks the database runs on the
/// pool.
class CallAdd {
 public:
  CallAdd(CallEntries::Uses uses, CallEntries& entries) : uses_(uses), entries_(entries) {}
  void add_requests(RequestRouter& router);

 private:
  struct Asked;
  void add(const Caller& caller, const boost::json::object& object, const Reply& reply);
  void look(const std::shared_ptr<Asked>& asked);
  static std::optional<Failure> not_in(const im::calls::Record& record, const Asked& asked);
  std::optional<Failure> wanted(const Caller& caller, const std::vector<std::int64_t>& uids);
  Result<std::vector<CallTarget>> targets(const Caller& caller, const std::vector<std::int64_t>& uids);
  void found(const std::shared_ptr<Asked>& asked, const Result<std::vector<CallTarget>>& targets);
  void claim_next(const std::shared_ptr<Asked>& asked, std::size_t at);
  void ring(const std::shared_ptr<Asked>& asked);

  const CallEntries::Uses uses_;
  CallEntries& entries_;
};

}  // namespace im::logic
