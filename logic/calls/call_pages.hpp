#pragma once

#include <functional>
#include <string>

#include "logic/calls/call_entries.hpp"

namespace im::logic {

/// What an old page says of calls, as commands to the call between it and a user (docs/webim.md). Any thread, never
/// blocks.
class CallPages {
 public:
  CallPages(CallEntries& entries, CallAsker& asker, CallBusy& busy) : entries_(entries), asker_(asker), busy_(busy) {}

  using Ask = CallEntries::PageAsk;
  void asks(const Caller& page, const Ask& ask, const Reply& reply) { entries_.page_asks(page, ask, reply); }
  /// "ok" to `to`; `fd`: the page's address.
  void takes(const Caller& page, const std::string& fd, Uid to, const Reply& reply);
  /// "gg": refuses the call that rings, gives up its own, or hangs up.
  void refuses(const Caller& page, Uid to, const Reply& reply);
  /// It has left, and never comes back; `done` when its call knows.
  void left(Uid page, std::function<void(Status)> done);

 private:
  CallEntries& entries_;
  CallAsker& asker_;
  CallBusy& busy_;
};

}  // namespace im::logic
